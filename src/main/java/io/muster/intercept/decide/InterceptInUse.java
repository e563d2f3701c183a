package io.muster.intercept.decide;

import io.muster.frequency.rules.FrequencyRule;
import io.muster.support.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An intercept made ready for decisions: its tests are checks, its segments and survey are places in the table. */
final class InterceptInUse {

    /** No frequency rule limits the intercept. */
    private static final int UNLIMITED = -1;

    private final InterceptDefinition definition;
    private final boolean linked;
    private final Tree.Check<ContactRecord> target;
    private final boolean targetOfStranger;
    private final Tree.Check<DecisionCall> page;
    private final Sampling sampling;
    private final Map<String, Integer> audiences = new LinkedHashMap<>();
    private final int slot;

    InterceptInUse(ProjectDefinition project, InterceptDefinition definition, @Nullable ContactTable table) {
        this.definition = definition;
        this.linked = definition.linked() && project.directory() != null;
        this.page = definition.page().compile(PageTest::check);
        this.sampling = new Sampling(project.id(), definition);
        if (linked && table != null) {
            definition.target().forEach(test -> audiences.put(test.segment(), place(project, test, table)));
        }

        this.target = definition.target().compile(test -> {
            Integer place = audiences.get(test.segment());
            return place == null
                    ? contact -> !test.member()
                    : test.member() ? contact -> contact.isMember(place) : contact -> !contact.isMember(place);
        });
        Tree.Check<ContactRecord> ofStranger = definition.target().compile(test -> contact -> !test.member());
        this.targetOfStranger = ofStranger.holds(new ContactRecord());
        this.slot = linked && table != null && definition.frequency()
                ? slot(table.surveys(), definition.survey())
                : UNLIMITED;
    }

    private static int place(ProjectDefinition project, SegmentTest test, ContactTable table) {
        int place = table.audiences().indexOf(test.segment());
        if (place < 0) {
            throw Refusal.failed(
                    "UNKNOWN_AUDIENCE",
                    "Cannot use the definitions of %s: they name segment %s, which the table of contacts does not hold. Publish the project again."
                            .formatted(project.id(), test.segment()));
        }

        return place;
    }

    private static int slot(List<String> surveys, @Nullable String survey) {
        if (surveys.isEmpty()) {
            return UNLIMITED;
        }

        int own = survey == null ? -1 : surveys.indexOf(FrequencyRule.surveyKey(survey));
        return Math.max(own, 0);
    }

    InterceptDefinition definition() {
        return definition;
    }

    boolean isLinked() {
        return linked;
    }

    boolean isActive(long at) {
        return definition.active()
                && at >= definition.schedule().starts()
                && at < definition.schedule().ends();
    }

    Sampling sampling() {
        return sampling;
    }

    boolean isOnPage(DecisionCall call) {
        return page.holds(call);
    }

    boolean targets(ContactRecord contact) {
        return target.holds(contact);
    }

    /** Whether somebody without a reference is targeted: a member of no segment. */
    boolean targetsStrangers() {
        return targetOfStranger;
    }

    boolean isCapped(ContactRecord contact, long at) {
        return slot != UNLIMITED && at < contact.nextEligible(slot);
    }

    /** The end of the contact's windows, or {@link Long#MIN_VALUE} when nothing holds it back. */
    long nextEligible(ContactRecord contact) {
        return slot == UNLIMITED ? Long.MIN_VALUE : contact.nextEligible(slot);
    }

    /** The target's segments, each with whether the contact is a member. */
    Map<String, Boolean> segments(ContactRecord contact) {
        Map<String, Boolean> members = new LinkedHashMap<>();
        audiences.forEach((segment, place) -> members.put(segment, contact.isMember(place)));
        return members;
    }
}
