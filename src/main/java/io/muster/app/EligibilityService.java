package io.muster.app;

import io.muster.dedup.ContactQuery;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.Survivors;
import io.muster.directory.Contact;
import io.muster.directory.ContactField;
import io.muster.directory.Directory;
import io.muster.directory.EventDates;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.Verdict;
import io.muster.directory.store.Audit;
import io.muster.directory.store.AuditSubject;
import io.muster.directory.store.Contacts;
import io.muster.directory.store.Directories;
import io.muster.directory.store.MailingLists;
import io.muster.frequency.Eligibility;
import io.muster.frequency.Eligibility.Counts;
import io.muster.frequency.EligibilityCsv;
import io.muster.frequency.FrequencyExplainer;
import io.muster.frequency.FrequencyExplainer.Explained;
import io.muster.frequency.FrequencyRuleStore;
import io.muster.frequency.FrequencyUpkeep;
import io.muster.frequency.Population;
import io.muster.frequency.rules.FrequencyUse;
import io.muster.frequency.rules.Period;
import io.muster.segment.Segments;
import io.muster.support.Fold;
import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.transaction.support.TransactionTemplate;

/** Who may be contacted, and why somebody may not. Directories, segments and lists are named by id or name. */
public final class EligibilityService {

    private static final Set<TouchpointChannel> CHANNELS =
            EnumSet.of(TouchpointChannel.EMAIL, TouchpointChannel.SMS, TouchpointChannel.WEB, TouchpointChannel.APP);

    private final Directories directories;
    private final Segments segments;
    private final MailingLists lists;
    private final Contacts contacts;
    private final ContactSearch search;
    private final Survivors survivors;
    private final Eligibility eligibility;
    private final FrequencyRuleStore rules;
    private final FrequencyExplainer explainer;
    private final FrequencyUpkeep upkeep;
    private final TransactionTemplate transactions;
    private final Audit audit;
    private final InstantSource clock;
    private final Ids ids;

    EligibilityService(
            Directories directories,
            Segments segments,
            MailingLists lists,
            Contacts contacts,
            ContactSearch search,
            Survivors survivors,
            Eligibility eligibility,
            FrequencyRuleStore rules,
            FrequencyExplainer explainer,
            FrequencyUpkeep upkeep,
            TransactionTemplate transactions,
            Audit audit,
            InstantSource clock,
            Ids ids) {
        this.directories = directories;
        this.segments = segments;
        this.lists = lists;
        this.contacts = contacts;
        this.search = search;
        this.survivors = survivors;
        this.eligibility = eligibility;
        this.rules = rules;
        this.explainer = explainer;
        this.upkeep = upkeep;
        this.transactions = transactions;
        this.audit = audit;
        this.clock = clock;
        this.ids = ids;
    }

    /** Why a contact may or may not be contacted. */
    public FrequencyExplanation explain(String directory, WhichContact which, FrequencyQuestion question) {
        Directory found = directories.find(directory);
        TouchpointChannel channel = channel(question.channel());
        String survey = FrequencyRuleService.survey(question.survey());
        long at = moment(found, question.at());
        return FrequencyExplanation.of(explainer.explain(
                found.number(), number(found, which), rules.of(found.number()), survey, use(channel), at));
    }

    /** What holds for a contact at one moment: for messages, by email and SMS, and for intercepts, on websites and in apps. */
    public record Now(Instant at, FrequencyExplanation messages, FrequencyExplanation intercepts) {}

    /** Why a contact may or may not be contacted now, without a survey. */
    public Now now(String directory, String contact) {
        Directory found = directories.find(directory);
        long at = clock.millis();
        Map<FrequencyUse, Explained> answers = explainer.explain(
                found.number(),
                number(found, new WhichContact(contact, null)),
                rules.of(found.number()),
                null,
                EnumSet.allOf(FrequencyUse.class),
                at);
        return new Now(
                Instant.ofEpochMilli(at),
                FrequencyExplanation.of(Objects.requireNonNull(answers.get(FrequencyUse.MESSAGE))),
                FrequencyExplanation.of(Objects.requireNonNull(answers.get(FrequencyUse.INTERCEPT))));
    }

    /** A contact that a text may mean. */
    public record Meant(String id, String name) {}

    /**
     * The contacts that somebody means by an id, a reference or an email, some at most.
     *
     * @throws Refusal when it is an email and the directory would have to read all contacts for it
     */
    public List<Meant> meant(String directory, String text, int most) {
        Directory found = directories.find(directory);
        String wanted = Fold.trim(text);
        OptionalLong contact = ids.read(PublicId.CONTACT, wanted);
        if (contact.isPresent()) {
            return List.of(new Meant(
                    ids.contact(found.number(), number(found, new WhichContact(wanted, null))), wanted));
        }

        List<Contact> some = new ArrayList<>(search.find(found, new ContactQuery.Reference(wanted), most));
        ContactQuery.Email email = new ContactQuery.Email(wanted);
        if (some.isEmpty() && wanted.indexOf('@') > 0) {
            if (!search.isIndexed(found, email)) {
                throw Refusal.invalid(
                                "SLOW_SEARCH",
                                "Cannot find a contact by its email here: no rule of the email alone matches, so that all"
                                        + " contacts would be read. Search among the contacts, and give the id or the"
                                        + " reference.")
                        .with("field", "contact");
            }

            some.addAll(search.find(found, email, most));
        }

        return some.stream().map(one -> new Meant(one.id(), name(one))).toList();
    }

    private static String name(Contact contact) {
        return Stream.of(ContactField.FIRST_NAME, ContactField.LAST_NAME, ContactField.EMAIL)
                .map(contact.profile()::field)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(" "));
    }

    /** How many of those asked about may be contacted; those are reserved where that is asked for. */
    public EligibilityView ask(EligibilityRequest request) throws IOException {
        return ask(request, null);
    }

    /**
     * The same, with a line for each of them: CSV with the header
     * {@code contactId,extRef,eligible,reason,rule,nextEligible}. The stream stays open.
     */
    public EligibilityView write(EligibilityRequest request, OutputStream out) throws IOException {
        EligibilityCsv csv = new EligibilityCsv(
                out, ids, directories.find(request.directory()).number());
        EligibilityView answer = ask(request, csv);
        csv.finish();
        return answer;
    }

    private EligibilityView ask(EligibilityRequest request, @Nullable EligibilityCsv csv) throws IOException {
        Directory directory = directories.find(request.directory());
        FrequencyQuestion asked = request.question();
        TouchpointChannel channel = channel(asked.channel());
        String survey = FrequencyRuleService.survey(asked.survey());
        long at = moment(directory, asked.at());
        Optional<Period> reserve = Optional.ofNullable(request.reserve()).map(Period::of);
        Population population = population(directory, request);
        if (csv != null) {
            csv.begin();
        }

        if (population == null) {
            if (csv != null) {
                csv.unknown(Fold.trim(String.valueOf(request.reference())));
            }

            return new EligibilityView(0, 1, new EligibilityView.Reasons(0, 0, 1));
        }

        Counts counts = eligibility.ask(
                new Eligibility.Question(directory.number(), population, channel, survey, at, reserve), csv);
        reserve.ifPresent(period -> {
            enter(request, directory, channel, period, counts);
            upkeep.run(directory.number());
        });
        return new EligibilityView(
                counts.eligible(),
                counts.frequency() + counts.optedOut(),
                new EligibilityView.Reasons(counts.frequency(), counts.optedOut(), 0));
    }

    private void enter(
            EligibilityRequest request, Directory directory, TouchpointChannel channel, Period period, Counts counts) {
        Map<String, Object> detail = new LinkedHashMap<>();
        detail.put("channel", channel.word());
        String survey = request.question().survey();
        if (survey != null) {
            detail.put("survey", survey);
        }

        detail.put("for", period.text());
        detail.put("contacts", counts.eligible());
        transactions.executeWithoutResult(
                status -> audit.enter(request.actor(), "frequency.reserve", AuditSubject.of(directory), detail));
    }

    /** Null for a reference that the directory does not know. */
    private @Nullable Population population(Directory directory, EligibilityRequest request) {
        String segment = request.segment();
        if (segment != null) {
            return new Population.OfSegment(segments.find(directory.number(), segment));
        }

        String list = request.list();
        if (list != null) {
            return new Population.OnList(lists.find(directory.number(), list));
        }

        List<Contact> found = referenced(directory, String.valueOf(request.reference()));
        return found.isEmpty() ? null : new Population.One(found.getFirst().number());
    }

    private List<Contact> referenced(Directory directory, String reference) {
        if (Fold.trim(reference).isEmpty()) {
            return List.of();
        }

        List<Contact> found = search.find(directory, new ContactQuery.Reference(reference), 2);
        if (found.size() > 1) {
            throw Refusal.conflict(
                    "SEVERAL_CONTACTS",
                    "Cannot ask about the reference '" + reference
                            + "': several contacts have it. Name one by its id.");
        }

        return found;
    }

    private long number(Directory directory, WhichContact which) {
        String id = which.id();
        if (id == null) {
            return referenced(directory, String.valueOf(which.reference())).stream()
                    .findFirst()
                    .map(Contact::number)
                    .orElseThrow(() -> Refusal.notFound(
                            "UNKNOWN_CONTACT",
                            "Cannot explain: no contact of the directory has the reference '" + which.reference()
                                    + "'. Give the reference that it has now, or its id."));
        }

        OptionalLong contact = ids.read(PublicId.CONTACT, id.strip());
        if (contact.isEmpty() || PublicId.directoryOf(contact.getAsLong()) != directory.number()) {
            throw Refusal.notFound(
                            "UNKNOWN_CONTACT",
                            "Cannot explain '" + id
                                    + "': that is not the id of a contact of this directory. Give CID_ and the rest of"
                                    + " one of its contacts, or that contact's directory.")
                    .with("contact", id);
        }

        long number = PublicId.numberOf(contact.getAsLong());
        return contacts.byNumber(directory.number(), number).isPresent()
                ? number
                : survivors.of(directory.number(), number).orElseThrow(EligibilityService::gone);
    }

    private static Refusal gone() {
        return Refusal.notFound(
                "UNKNOWN_CONTACT",
                "Cannot explain: there is no contact of that id. It may have been deleted; look it up anew.");
    }

    static FrequencyUse use(TouchpointChannel channel) {
        return channel == TouchpointChannel.EMAIL || channel == TouchpointChannel.SMS
                ? FrequencyUse.MESSAGE
                : FrequencyUse.INTERCEPT;
    }

    static TouchpointChannel channel(String word) {
        return TouchpointChannel.of(word)
                .filter(CHANNELS::contains)
                .orElseThrow(() -> Refusal.invalid(
                                "INVALID_CHANNEL",
                                "Cannot ask for the channel '" + word
                                        + "': it is not one of email, sms, web and app. Choose one of them.")
                        .with("field", "channel"));
    }

    /** A moment as a person writes it, local to the directory without an offset; the present one for null. */
    public Instant moment(String directory, @Nullable String at) {
        return Instant.ofEpochMilli(moment(directories.find(directory), at));
    }

    /** A moment as a person writes it; the present one for null. */
    long moment(Directory directory, @Nullable String at) {
        return moment(directory, at, clock);
    }

    static long moment(Directory directory, @Nullable String at, InstantSource clock) {
        if (at == null) {
            return clock.millis();
        }

        if (new EventDates(directory.timeZone(), null).judge(at) instanceof Verdict.Valid valid) {
            return Long.parseLong(valid.value());
        }

        throw Refusal.invalid(
                        "INVALID_TIME",
                        "Cannot use the time '" + at + "': it is no date or time as ISO 8601. Write for example"
                                + " 2026-12-01T09:30:00Z.")
                .with("field", "at");
    }
}
