package io.muster.app;

import io.muster.dedup.ContactQuery;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.TouchpointEdits.Added;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.TouchpointParts;
import io.muster.directory.Verdict;
import io.muster.directory.store.Directories;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.load.EventSources;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** Touchpoints that are recorded one by one. */
public final class TouchpointService {

    private static final FieldRules RULES = new FieldRules(null);

    private final Directories directories;
    private final ContactSearch search;
    private final TouchpointEdits edits;
    private final FrequencyUpkeep upkeep;
    private final InstantSource clock;
    private final Ids ids;

    TouchpointService(
            Directories directories,
            ContactSearch search,
            TouchpointEdits edits,
            FrequencyUpkeep upkeep,
            InstantSource clock,
            Ids ids) {
        this.directories = directories;
        this.search = search;
        this.edits = edits;
        this.upkeep = upkeep;
        this.clock = clock;
        this.ids = ids;
    }

    /** Records a touchpoint; the same key of a source, or without one the same content, has one effect. */
    public AddedTouchpoint add(NewTouchpoint request) {
        Directory directory = directories.find(request.directory());
        TouchpointEdits.Addition addition = addition(request, directory);
        Added added = edits.as(request.actor()).add(directory.number(), number(request, directory), addition);
        long number = switch (added) {
            case Added.Recorded recorded -> recorded.number();
            case Added.Known known -> known.number();
            case Added.Absent ignored ->
                throw Refusal.conflict(
                        "UNKNOWN_CONTACT",
                        "Cannot add the touchpoint: there is no contact of that id. It may have been deleted; search"
                                + " for it.");
        };
        upkeep.run(directory.number());
        TouchpointParts parts = addition.parts();
        return new AddedTouchpoint(
                ids.contact(directory.number(), number),
                added instanceof Added.Recorded,
                added instanceof Added.Known known && known.difference() == TouchpointEdits.Difference.SOME,
                parts.channel().word(),
                parts.kind().word(),
                Instant.ofEpochMilli(addition.happenedAt()).toString(),
                parts.survey(),
                parts.intercept(),
                parts.project(),
                parts.display(),
                parts.session(),
                addition.source(),
                addition.key());
    }

    private TouchpointEdits.Addition addition(NewTouchpoint request, Directory directory) {
        String channel = request.values().getOrDefault("channel", "");
        String kind = request.values().getOrDefault("kind", "");
        String time = request.values().get("time");
        String source = request.values().get("source");
        TouchpointParts parts = new TouchpointParts(
                TouchpointChannel.of(valid("channel", channel, RULES.judgeChannel(channel)))
                        .orElseThrow(),
                TouchpointKind.of(valid("kind", kind, RULES.judgeKind(kind))).orElseThrow(),
                id(request, "survey"),
                id(request, "intercept"),
                id(request, "project"),
                id(request, "display"),
                id(request, "session"));
        return new TouchpointEdits.Addition(
                parts,
                time == null
                        ? clock.millis()
                        : Long.parseLong(valid("time", time, new EventDates(directory.timeZone(), null).judge(time))),
                source == null ? EventSources.MANUAL : valid("source", source, RULES.judgeEventSource(source)),
                key(request));
    }

    private static @Nullable String id(NewTouchpoint request, String name) {
        String value = request.values().get(name);
        return value == null ? null : valid(name, value, RULES.judgeTouchpointId(value));
    }

    private static @Nullable String key(NewTouchpoint request) {
        String value = request.values().get("key");
        return value == null ? null : valid("key", value, RULES.judgeEmbedded(value));
    }

    private static String valid(String name, String value, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Valid valid -> valid.value();
            case Verdict.Invalid invalid ->
                throw Refusal.invalid(
                                invalid.code(),
                                "Cannot use the " + name + " '" + value + "' of the touchpoint. " + invalid.reason())
                        .with("field", name);
            case Verdict.Blank ignored ->
                throw Refusal.invalid("BLANK_VALUE", "Cannot add the touchpoint: its " + name + " is blank.")
                        .with("field", name);
        };
    }

    private long number(NewTouchpoint request, Directory directory) {
        String contact = request.contact();
        if (contact != null) {
            OptionalLong id = ids.read(PublicId.CONTACT, contact.strip());
            if (id.isEmpty() || PublicId.directoryOf(id.getAsLong()) != directory.number()) {
                throw Refusal.notFound(
                                "UNKNOWN_CONTACT",
                                "Cannot add to the contact '" + contact
                                        + "': that is not the id of a contact of this directory. Search for the"
                                        + " contact.")
                        .with("contact", contact);
            }

            return PublicId.numberOf(id.getAsLong());
        }

        ContactQuery query = request.query();
        List<Contact> found = query == null ? List.of() : search.find(directory, query, 2);
        if (found.size() != 1) {
            throw found.isEmpty()
                    ? Refusal.conflict(
                            "UNKNOWN_CONTACT",
                            "Cannot add the touchpoint: no contact of the directory has that value. Search for the"
                                    + " contact, or import it first.")
                    : Refusal.conflict(
                            "SEVERAL_CONTACTS",
                            "Cannot add the touchpoint: several contacts have that value. Name one by its id.");
        }

        return found.getFirst().number();
    }
}
