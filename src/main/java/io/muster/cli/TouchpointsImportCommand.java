package io.muster.cli;

import io.muster.directory.EventDates;
import io.muster.directory.FieldRules;
import io.muster.directory.Verdict;
import io.muster.jobs.contactimport.ImportMode;
import io.muster.jobs.contactimport.ImportSpec;
import io.muster.jobs.contactimport.ListTarget;
import io.muster.jobs.contactimport.Mapping;
import io.muster.jobs.contactimport.Target;
import io.muster.jobs.contactimport.Target.TouchpointPart.Part;
import io.muster.runs.RunRequest;
import io.muster.support.Refusal;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster touchpoints import}. */
@Command(
        name = "import",
        description = {
            "Import touchpoints from a CSV or TSV file.",
            "",
            "Each row names a contact of the directory, by contactId or by the fields of its identity rules, and one"
                    + " touchpoint. Contacts are never made or changed; a row whose contact is unknown is rejected."
                    + " Headers that are a target's name map by themselves, as do those of an upload; columns that"
                    + " are not mapped are left out. The same key of a source, or without one the same content again, is"
                    + " recorded once."
        },
        footer = {
            "",
            "Targets: contactId firstName lastName email phone extRef language embedded.NAME",
            "         channel kind time survey intercept project display session key ignore",
            "",
            "Examples:",
            "  muster touchpoints import touchpoints.csv --directory Customers",
            "  muster touchpoints import sends.csv --directory Customers --channel email --kind invite \\",
            "      --map 'Recipient=email' --map 'Sent At=time' --map 'Message Id=key'"
        })
final class TouchpointsImportCommand implements Callable<Integer> {

    private final Terminal terminal;

    @Mixin
    private UploadedFile file;

    @Option(
            names = "--channel",
            paramLabel = "CHANNEL",
            description =
                    "The channel of rows that say none: email, sms, web, app, push, whatsapp, phone, post, other.")
    private @Nullable String channel;

    @Option(
            names = "--kind",
            paramLabel = "KIND",
            description = "The kind of rows that say none: invite, sent, shown, reminder, thank-you, opened, clicked,"
                    + " dismissed, started, answered, bounced.")
    private @Nullable String kind;

    @Option(
            names = "--time",
            paramLabel = "TIME",
            description = "The time of rows that say none, as ISO 8601; local to the directory without an offset.")
    private @Nullable String time;

    @Option(names = "--survey", paramLabel = "SURVEY", description = "The survey of rows that say none.")
    private @Nullable String survey;

    @Option(names = "--intercept", paramLabel = "INTERCEPT", description = "The intercept of rows that say none.")
    private @Nullable String intercept;

    @Option(names = "--project", paramLabel = "PROJECT", description = "The project of rows that say none.")
    private @Nullable String project;

    @Mixin
    private Output output;

    TouchpointsImportCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() {
        EventMapping targets = EventMapping.ofTouchpoints();
        ImportSpec spec = file.spec(
                targets.mapping(file.options().columns(targets::parse), Mapping.Unmapped.IGNORE, constants()),
                ImportMode.EVENTS_ONLY,
                new ListTarget.None());
        return new RunSession(terminal)
                .one(
                        output,
                        (runs, progress) -> runs.start(
                                        new RunRequest.ImportFile(file.path(), spec), RunSession.person(), progress)
                                .run());
    }

    private List<Mapping.Constant> constants() {
        FieldRules rules = new FieldRules(null);
        List<Mapping.Constant> constants = new ArrayList<>();
        add(constants, Part.CHANNEL, channel, channel == null ? Verdict.BLANK : rules.judgeChannel(channel));
        add(constants, Part.KIND, kind, kind == null ? Verdict.BLANK : rules.judgeKind(kind));
        if (time != null) {
            Verdict read = new EventDates(ZoneOffset.UTC, null).judge(time);
            // Which moment it is depends on the directory.
            add(constants, Part.TIME, time, read instanceof Verdict.Valid ? new Verdict.Valid(time) : read);
        }

        add(constants, Part.SURVEY, survey, survey == null ? Verdict.BLANK : rules.judgeTouchpointId(survey));
        add(
                constants,
                Part.INTERCEPT,
                intercept,
                intercept == null ? Verdict.BLANK : rules.judgeTouchpointId(intercept));
        add(constants, Part.PROJECT, project, project == null ? Verdict.BLANK : rules.judgeTouchpointId(project));
        return constants;
    }

    private static void add(List<Mapping.Constant> constants, Part part, @Nullable String value, Verdict verdict) {
        switch (verdict) {
            case Verdict.Valid valid ->
                constants.add(new Mapping.Constant(new Target.TouchpointPart(part), valid.value()));
            case Verdict.Invalid invalid ->
                throw Refusal.usage("Cannot use --" + part.word() + " '" + value + "'. " + invalid.reason());
            case Verdict.Blank ignored -> {
                // not given
            }
        }
    }
}
