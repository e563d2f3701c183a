package io.muster.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.muster.intercept.decide.ContactTable;
import io.muster.intercept.decide.Decider;
import io.muster.intercept.decide.DecisionCall;
import io.muster.intercept.decide.Percentage;
import io.muster.intercept.decide.ProjectInUse;
import io.muster.intercept.decide.Reference;
import io.muster.intercept.decide.Signatures;
import io.muster.snapshot.format.Manifest;
import io.muster.snapshot.format.ProjectSnapshot;
import io.muster.snapshot.format.SnapshotFolder;
import io.muster.snapshot.format.SnapshotTable;
import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.io.BufferedReader;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code muster decide}: what an evaluator with the published snapshots would answer, with the reasons. */
@Command(
        name = "decide",
        description = {
            "Say which intercepts of a project a visitor would see now, and why, from the published snapshots.",
            "",
            "Looking never counts. Needs no database."
        },
        footer = {
            "",
            "Environment: MUSTER_SNAPSHOTS (the published tree; snapshots in the state folder),",
            "MUSTER_EVALUATOR_STALE_AFTER (answers are marked stale when the contacts are older; 26h).",
            "",
            "Examples:",
            "  muster decide --project ZN_1a2B3c4D5e6F7g8 --ref C-17 --json",
            "  muster decide --project ZN_1a2B3c4D5e6F7g8 --refs references.txt --json"
        })
final class DecideCommand implements Runnable {

    private final Terminal terminal;

    @Option(names = "--project", paramLabel = "ZN_…", required = true, description = "The project, by its id.")
    private String project;

    @Option(names = "--ref", paramLabel = "REFERENCE", description = "The reference of the visitor. Default: none.")
    private @Nullable String reference;

    @Option(
            names = "--refs",
            paramLabel = "FILE",
            description = "References, one a line, a blank line for none; answers with a JSON object a line.")
    private @Nullable Path references;

    @Option(names = "--at", paramLabel = "TIME", description = "As of this time, as ISO 8601. Default: now.")
    private @Nullable String at;

    @Option(names = "--url", paramLabel = "URL", description = "The address of the page.")
    private @Nullable String url;

    @Mixin
    private Output output;

    DecideCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** One decision with its reason. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Decision(
            String intercept,
            boolean show,
            String project,
            String snapshot,
            String reason,
            Map<String, Boolean> segments,
            @Nullable Instant nextEligible) {}

    /** The answer for one visitor. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record Answer(String project, String snapshot, boolean stale, long snapshotAge, List<Decision> decisions) {}

    /** The answer for one visitor of several. */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    private record AnswerOf(
            String ref, String project, String snapshot, boolean stale, long snapshotAge, List<Decision> decisions) {}

    @Override
    public void run() {
        if (reference != null && references != null) {
            throw Refusal.invalid("INVALID", "Cannot decide: both --ref and --refs are given. Give one of them.");
        }

        SnapshotFolder folder = new SnapshotFolder(new Settings(DecideCommand::setting)
                .text(KnownSettings.SNAPSHOTS)
                .map(Path::of)
                .orElseGet(() -> terminal.home().folder("snapshots")));
        try (Arena arena = Arena.ofConfined()) {
            Manifest manifest = manifest(folder);
            ProjectSnapshot snapshot = folder.read(project, manifest);
            ProjectInUse inUse = new ProjectInUse(snapshot.definition(), table(folder, manifest, arena));
            Asking asking = new Asking(manifest, inUse);
            if (references == null) {
                Answer answer = asking.about(reference == null ? "" : reference);
                output.print(answer, () -> text(answer));
            } else {
                each(references, asking);
            }
        } catch (IOException e) {
            throw Refusal.failed(
                            "SNAPSHOT_UNREADABLE",
                            "Cannot read the snapshot of " + project + ": " + e.getMessage() + ". Check the folder.")
                    .causedBy(e);
        }
    }

    /** As the evaluator reads it: of the environment. */
    private static @Nullable String setting(String name) {
        return System.getProperty(name, System.getenv(Settings.variable(name)));
    }

    private Manifest manifest(SnapshotFolder folder) throws IOException {
        if (!project.matches("ZN_[0-9A-Za-z]{15}")) {
            throw Refusal.invalid(
                    "INVALID_ID", "Cannot decide: '" + project + "' is no id of a project. Use ZN_ and 15 characters.");
        }

        return folder.manifest(project)
                .map(Manifest::fromJson)
                .orElseThrow(() -> Refusal.notFound(
                        "NO_SNAPSHOT",
                        "Cannot decide: no snapshot of " + project + " is published in " + folder.root()
                                + ". Publish it."));
    }

    private static @Nullable ContactTable table(SnapshotFolder folder, Manifest manifest, Arena arena) {
        Manifest.Table table = manifest.table();
        return table == null
                ? null
                : SnapshotTable.open(folder.of(manifest.project()).resolve(table.file()), arena, table);
    }

    private void each(Path file, Asking asking) {
        try (BufferedReader lines = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                Answer answer = asking.about(line);
                terminal.json(new AnswerOf(
                        line,
                        answer.project(),
                        answer.snapshot(),
                        answer.stale(),
                        answer.snapshotAge(),
                        answer.decisions()));
            }
        } catch (IOException e) {
            throw Refusal.invalid(
                            "UNREADABLE_FILE",
                            "Cannot read the references in " + file + ": " + e.getMessage()
                                    + ". Give a readable file in UTF-8.")
                    .causedBy(e);
        }
    }

    /** Asks about one visitor after another. */
    private final class Asking {

        private final Manifest manifest;
        private final ProjectInUse inUse;
        private final long moment = moment();
        private final Duration staleAfter =
                new Settings(DecideCommand::setting).duration(KnownSettings.EVALUATOR_STALE_AFTER);
        private final DecisionCall call = new DecisionCall();
        private final Decider decider =
                new Decider(() -> ThreadLocalRandom.current().nextInt(Percentage.WHOLE));

        Asking(Manifest manifest, ProjectInUse inUse) {
            this.manifest = manifest;
            this.inUse = inUse;
        }

        Answer about(String ref) {
            call.at(moment).url(url);
            Reference.Form form = call.reference(ref);
            if (form == Reference.Form.INVALID) {
                throw Refusal.invalid(
                        "INVALID_REFERENCE",
                        "Cannot decide: the reference is longer than 255 characters or has control characters, so that no"
                                + " contact has it. Give another one.");
            }

            String secret = inUse.definition().signing();
            if (secret != null && form == Reference.Form.PRESENT) {
                // A person who has the published files has the secret: the question is about the visitor.
                call.signature(new Signatures(secret).of(call.reference().toString()));
            }

            decider.decide(call, List.of(inUse));
            List<Decision> decisions = new ArrayList<>();
            for (int i = 0; i < decider.size(); i++) {
                long next = decider.nextEligible(i);
                decisions.add(new Decision(
                        decider.intercept(i).id(),
                        decider.isShown(i),
                        project,
                        manifest.version(),
                        decider.reason(i).name(),
                        decider.segments(i),
                        next == Long.MIN_VALUE || next == Long.MAX_VALUE ? null : Instant.ofEpochMilli(next)));
            }

            return new Answer(
                    project,
                    manifest.version(),
                    manifest.age(moment).compareTo(staleAfter) > 0,
                    manifest.age(moment).toSeconds(),
                    decisions);
        }
    }

    private long moment() {
        if (at == null) {
            return InstantSource.system().millis();
        }

        try {
            return Instant.parse(at).toEpochMilli();
        } catch (DateTimeException e) {
            throw Refusal.invalid(
                            "INVALID_TIME",
                            "Cannot decide as of '" + at + "': it is no time. Write for example 2026-12-01T08:00:00Z.")
                    .causedBy(e);
        }
    }

    private static String text(Answer answer) {
        TextTable table = new TextTable("INTERCEPT", "ANSWER", "REASON", "NEXT ELIGIBLE");
        answer.decisions()
                .forEach(one ->
                        table.row(one.intercept(), one.show() ? "show" : "hide", one.reason(), one.nextEligible()));
        return answer.decisions().isEmpty() ? "No intercepts in force.\n" : table.toString();
    }
}
