package io.muster.cli;

import io.muster.dedup.ContactQuery;
import io.muster.dedup.ContactSearch;
import io.muster.dedup.RulesConfiguration;
import io.muster.dedup.TouchpointEdits;
import io.muster.dedup.TouchpointEdits.Added;
import io.muster.directory.Contact;
import io.muster.directory.Directory;
import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.TouchpointChannel;
import io.muster.directory.TouchpointKind;
import io.muster.directory.Verdict;
import io.muster.support.PublicId;
import io.muster.support.Refusal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster touchpoints add}. */
@Command(
        name = "add",
        description = "Record one touchpoint of a contact. The same key has one effect in a directory; without a key,"
                + " the same touchpoint of a contact at the same time has.",
        footer = {
            "",
            "Examples:",
            "  muster touchpoints add --directory Customers --contact CID_1a2B3c4D5e6F7g8 --channel web --kind shown",
            "  muster touchpoints add --directory Customers --ref C-1042 --channel email --kind invite \\",
            "      --time 2026-11-22T09:30 --survey SV_12 --key msg-77 --json"
        })
final class TouchpointsAddCommand implements Runnable {

    private final Terminal terminal;

    @Mixin
    private DirectoryOption directory;

    @ArgGroup(multiplicity = "1")
    private By by = new By();

    @Option(
            names = "--channel",
            paramLabel = "CHANNEL",
            required = true,
            description = "email, sms, web, app, push, whatsapp, phone, post or other.")
    private String channel;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            required = true,
            description = "invite, sent, shown, reminder, thank-you, opened, clicked, dismissed, started, answered or"
                    + " bounced.")
    private String kind;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "When, as ISO 8601; local to the directory without an offset. Default: now.")
    private @Nullable String time;

    @Option(names = "--survey", paramLabel = "SURVEY", description = "The survey it was about.")
    private @Nullable String survey;

    @Option(names = "--intercept", paramLabel = "INTERCEPT", description = "The intercept that was shown.")
    private @Nullable String intercept;

    @Option(names = "--key", paramLabel = "KEY", description = "The touchpoint's own key, unique in the directory.")
    private @Nullable String key;

    @Mixin
    private Output output;

    TouchpointsAddCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Exactly one of them. */
    static final class By {

        @Option(names = "--contact", paramLabel = "CONTACT", required = true, description = "The contact's id, CID_…")
        private @Nullable String contact;

        @Option(
                names = "--ref",
                paramLabel = "REFERENCE",
                required = true,
                description = "Its external reference; references taken over by merges count.")
        private @Nullable String reference;

        @Option(names = "--email", paramLabel = "EMAIL", required = true, description = "Its mailbox, without case.")
        private @Nullable String email;

        @Option(names = "--phone", paramLabel = "PHONE", required = true, description = "Its phone number.")
        private @Nullable String phone;

        long number(AppContext context, Directory directory) {
            if (contact != null) {
                OptionalLong id = PublicId.CONTACT.read(contact.strip());
                if (id.isEmpty() || PublicId.directoryOf(id.getAsLong()) != directory.number()) {
                    throw Refusal.usage("Cannot add to the contact '" + contact
                            + "': that is not the id of a contact of this directory. Search for the contact.");
                }

                return PublicId.numberOf(id.getAsLong());
            }

            ContactQuery query = reference != null
                    ? new ContactQuery.Reference(reference)
                    : email != null ? new ContactQuery.Email(email) : new ContactQuery.Phone(String.valueOf(phone));
            List<Contact> found = context.get(ContactSearch.class).find(directory, query, 2);
            if (found.size() != 1) {
                throw Refusal.failed(
                        found.isEmpty()
                                ? "Cannot add the touchpoint: no contact of the directory has that value."
                                        + " Search for the contact, or import it first."
                                : "Cannot add the touchpoint: several contacts have that value."
                                        + " Name one with --contact.");
            }

            return found.getFirst().number();
        }
    }

    /**
     * What came of it.
     *
     * @param contactId who has the touchpoint
     * @param recorded false when the key was known already, and nothing changed
     */
    private record Answer(
            String contactId,
            boolean recorded,
            String channel,
            String kind,
            String time,
            @Nullable String survey,
            @Nullable String intercept,
            @Nullable String key) {}

    @Override
    public void run() {
        FieldRules rules = new FieldRules(null);
        String ofSurvey = survey == null ? null : valid("survey", survey, rules.judgeTouchpointId(survey));
        String ofIntercept =
                intercept == null ? null : valid("intercept", intercept, rules.judgeTouchpointId(intercept));
        String ofKey = key == null ? null : valid("key", key, rules.judgeEmbedded(key));
        TouchpointChannel onChannel = TouchpointChannel.of(valid("channel", channel, rules.judgeChannel(channel)))
                .orElseThrow();
        TouchpointKind ofKind =
                TouchpointKind.of(valid("kind", kind, rules.judgeKind(kind))).orElseThrow();
        try (AppContext context = AppContext.open(terminal, RulesConfiguration.class)) {
            Directory found = directory.find(context);
            long happenedAt = time == null
                    ? context.get(InstantSource.class).millis()
                    : Long.parseLong(valid("time", time, new EventDates(found.timeZone(), null).judge(time)));
            Added added = context.get(TouchpointEdits.class)
                    .add(
                            found.number(),
                            by.number(context, found),
                            new TouchpointEdits.Addition(onChannel, ofKind, happenedAt, ofSurvey, ofIntercept, ofKey));
            long number = switch (added) {
                case Added.Recorded recorded -> recorded.number();
                case Added.Known known -> known.number();
                case Added.Absent ignored ->
                    throw Refusal.failed("Cannot add the touchpoint: there is no contact of that id. It may have been"
                            + " deleted; search for it.");
            };
            Answer answer = new Answer(
                    PublicId.CONTACT.of(PublicId.contact(found.number(), number)),
                    added instanceof Added.Recorded,
                    onChannel.word(),
                    ofKind.word(),
                    Instant.ofEpochMilli(happenedAt).toString(),
                    ofSurvey,
                    ofIntercept,
                    ofKey);
            output.print(
                    answer,
                    () -> answer.recorded()
                            ? "Recorded for " + answer.contactId() + "."
                            : "Known already, of " + answer.contactId() + "; nothing changed.");
        }
    }

    private static String valid(String option, String value, Verdict verdict) {
        return switch (verdict) {
            case Verdict.Valid valid -> valid.value();
            case Verdict.Invalid invalid ->
                throw Refusal.usage("Cannot use --" + option + " '" + value + "'. " + invalid.reason());
            case Verdict.Blank ignored -> throw Refusal.usage("Cannot use a blank --" + option + ". Give a value.");
        };
    }
}
