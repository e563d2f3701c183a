package io.muster.cli;

import io.muster.access.Secrets;
import io.muster.support.Refusal;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the demo tells, in order; every number it shows is compared with what it must be. */
final class DemoStory {

    private static final String DIRECTORY = "Demo";
    private static final String LIST = "Newsletter";
    private static final String AUTOMATION = "demo-contacts";
    private static final Instant FIRST_UPLOAD = Instant.parse("2026-03-01T02:14:00Z");
    private static final Instant SECOND_UPLOAD = Instant.parse("2026-03-02T02:11:00Z");
    private static final int MOST_REASONS = 9;

    /** Who signs in to the demo's console. */
    static final String CONSOLE_USER = "demo";

    private static final int PASSWORD = 20;

    private final DemoStage stage;
    private final DemoPage page;
    private final JsonMapper json = Json.mapper();
    private final DemoExpectation expected;
    private final DemoSegments segments;
    private final DemoDecisions decisions;

    DemoStory(DemoStage stage) {
        this.stage = stage;
        this.page = stage.page();
        this.expected = expectation(stage.folder());
        this.segments = new DemoSegments(stage, DIRECTORY);
        this.decisions = new DemoDecisions(stage, DIRECTORY);
    }

    private DemoExpectation expectation(DemoFolder folder) {
        try {
            return json.readValue(Files.readString(folder.sample("expected.json")), DemoExpectation.class);
        } catch (IOException e) {
            throw Refusal.failed(
                    "Cannot read %s: %s. Restore it from the project.".formatted(folder.sample("expected.json"), e), e);
        }
    }

    /** What goes on answering when it was told. */
    record Running(DemoEvaluator evaluator, DemoWebsite website, String password) implements AutoCloseable {

        /** Says where the console is, as long as it is there. */
        void show(DemoPage page) {
            page.heading("The console: what went wrong last night?");
            page.say("Address   " + website.console());
            page.say("User      " + CONSOLE_USER);
            page.say("Password  " + password);
        }

        @Override
        public void close() {
            website.close();
            evaluator.close();
        }
    }

    /** Tells it, and leaves an evaluator and a website that go on answering. */
    Running tell() {
        long start = System.nanoTime();
        DemoExpectation.Day first = expected.files().getFirst();
        DemoExpectation.Day second = expected.files().getLast();
        server(first);
        directory();
        DemoRun dayOne = firstDay(first);
        segments(first);
        DemoRun dayTwo = secondDay(first, second);
        rebuild(second);
        archive(first, second);
        new DemoTrouble(stage, DIRECTORY).tell();
        DemoEvaluator evaluator = decisions.tell(segments.invited());
        try {
            String password = user();
            DemoWebsite website = DemoWebsite.tell(stage, DIRECTORY, decisions.target(), decisions.member());
            page.heading(
                    "Everything came out as it had to, in %.1f seconds.".formatted((System.nanoTime() - start) / 1e9));
            next(dayOne, dayTwo, evaluator);
            return new Running(evaluator, website, password);
        } catch (RuntimeException e) {
            evaluator.close();
            throw e;
        }
    }

    /** Somebody who may do everything; the password. */
    private String user() {
        String password = new Secrets(new SecureRandom()).make().substring(0, PASSWORD);
        String ignored = stage.shell()
                .answer(new StringReader(password), "users", "create", CONSOLE_USER, "--role", "administer", "--json");
        return password;
    }

    private void server(DemoExpectation.Day first) {
        page.chapter("A database, and an SFTP server with last night's file");
        stage.folder().deliver(first.file(), FIRST_UPLOAD);
        page.say("Database     " + stage.databaseText());
        page.say("SFTP server  " + stage.address());
        page.say("Its files    " + String.join(", ", stage.folder().delivered()));
    }

    private void directory() {
        page.chapter("A directory: who is the same person?");
        page.say("Rules are tried in order; the first that finds a contact decides, none makes a new one.");
        stage.shell().show("directories", "create", DIRECTORY, "--rule", "extRef", "--rule", "email,lastName");
        String[] blanks = {"directories", "settings", DIRECTORY, "--null-token", "NULL", "--null-token", "N/A"};
        page.command(DemoShell.typed(blanks));
        String ignored = stage.shell().answer(blanks);
        stage.shell().show("lists", "create", LIST, "--directory", DIRECTORY);
    }

    private DemoRun firstDay(DemoExpectation.Day day) {
        page.chapter("Day one: %,d rows".formatted(day.read()));
        run();
        DemoRun run = lastRun();
        day.check(run);
        page.say("%,d = %,d + %,d + %,d + %,d + %,d: every row has exactly one outcome, or the run has failed."
                .formatted(run.read(), run.created(), run.updated(), run.unchanged(), run.rejected(), run.skipped()));
        rejects(run, day);
        page.say("\nThree rows of that file were about one person: a new tier under the reference, then an order"
                + "\nwithout reference, found by email (in another case) and last name.");
        contact();
        return run;
    }

    private void rejects(DemoRun run, DemoExpectation.Day day) {
        List<JsonNode> rejects = stage.shell()
                .answer("runs", "rejects", run.run(), "--format", "jsonl")
                .lines()
                .map(json::readTree)
                .toList();
        Map<String, Long> codes = rejects.stream()
                .collect(Collectors.groupingBy(
                        reject -> reject.path("code").asString(), TreeMap::new, Collectors.counting()));
        DemoExpectation.same("the rejects of " + day.file(), new TreeMap<>(day.rejects()), codes);

        page.say("\nRejected rows keep their number, line, cells and reason. One of each kind:");
        page.command(DemoShell.typed("runs", "rejects", run.run(), "--format", "csv"));
        TextTable table = new TextTable("ROW", "LINE", "COLUMN", "CODE", "REASON");
        rejects.stream()
                .collect(Collectors.toMap(
                        reject -> reject.path("code").asString(),
                        Function.identity(),
                        (one, other) -> one,
                        TreeMap::new))
                .values()
                .stream()
                .limit(MOST_REASONS)
                .forEach(reject -> table.row(
                        reject.path("row").asLong(),
                        reject.path("line").asLong(),
                        reject.path("field").asString(""),
                        reject.path("code").asString(),
                        reject.path("reason").asString()));
        page.answer(table.toString());
    }

    private void contact() {
        stage.shell().show("contacts", "get", example());
    }

    /** The id of the contact that is shown. */
    private String example() {
        JsonNode found = json.readTree(stage.shell()
                .answer("contacts", "search", "--directory", DIRECTORY, "--ref", expected.example(), "--json"));
        DemoExpectation.same("the search for " + expected.example(), 1, found.size());
        return found.get(0).path("contactId").asString();
    }

    private DemoRun secondDay(DemoExpectation.Day first, DemoExpectation.Day second) {
        page.chapter("Day two: the same shop, one night later");
        stage.folder().deliver(second.file(), SECOND_UPLOAD);
        run();
        DemoRun run = lastRun();
        second.check(run);
        long touched = modifiedSince(Instant.parse(run.started()));
        DemoExpectation.same("the contacts changed by " + second.file(), second.created() + second.updated(), touched);
        page.say("%,d rows are as they were. Nothing was written for them: lastModified moved for %,d contacts,"
                .formatted(run.unchanged(), touched));
        page.say("the %,d new and the %,d changed ones.".formatted(run.created(), run.updated()));
        String count = stage.shell()
                .answer("contacts", "count", "--directory", DIRECTORY)
                .strip();
        DemoExpectation.same("the contacts of both days", first.created() + second.created(), Long.parseLong(count));

        page.say("\nThe contact from above has a new plan, and keeps its id:");
        JsonNode contact = json.readTree(stage.shell().answer("contacts", "get", example(), "--json"));
        page.say("%s %s %s, embedded data %s"
                .formatted(
                        contact.path("contactId").asString(),
                        contact.path("lastName").asString(),
                        contact.path("firstName").asString(),
                        contact.path("embeddedData")));
        DemoExpectation.same(
                "the plan of " + expected.example(),
                "premium",
                contact.path("embeddedData").path("plan").asString());
        return run;
    }

    private void segments(DemoExpectation.Day day) {
        page.chapter("Segments: who is meant?");
        page.say("Conditions are saved once; a rebuild reads every contact once and computes all segments in that"
                + " pass.");
        segments.create(LIST);
        segments.rebuild(day.file());
    }

    private void rebuild(DemoExpectation.Day day) {
        page.say("\nThe segments after the second night, in the next version; readers see it whole from now on:");
        segments.rebuild(day.file());
    }

    private void archive(DemoExpectation.Day first, DemoExpectation.Day second) {
        page.chapter("Afterwards: archived, and each delivery once");
        List<String> files = stage.folder().delivered();
        DemoExpectation.same("the archive", 2, files.size());
        for (DemoExpectation.Day day : List.of(first, second)) {
            String name = day.file().substring(0, day.file().lastIndexOf('.'));
            DemoExpectation.same(
                    "the archive of " + day.file(),
                    true,
                    files.stream().anyMatch(file -> file.startsWith("outbox/processed/" + name)));
        }

        page.say("Files on the server: " + String.join(", ", files));
        run();
        DemoExpectation.same(
                "a run without new files",
                expected.files().size(),
                json.readTree(stage.shell().answer("runs", "--automation", AUTOMATION, "--json"))
                        .size());
    }

    private void run() {
        page.command(DemoShell.typed("run", DemoFolder.shown(stage.folder().job())));
        page.answer(stage.shell().answer("run", stage.folder().job().toString()));
    }

    private DemoRun lastRun() {
        String runs = stage.shell()
                .answer("runs", "--automation", AUTOMATION, "--kind", "contact-import", "--most", "1", "--json");
        DemoRun[] answers = json.readValue(runs, DemoRun[].class);
        DemoExpectation.same("the last run", 1, answers.length);
        return answers[0];
    }

    private long modifiedSince(Instant moment) {
        return stage.shell()
                .answer("contacts", "export", "--directory", DIRECTORY, "--format", "jsonl")
                .lines()
                .map(json::readTree)
                .map(contact -> Instant.parse(contact.path("lastModified").asString()))
                .filter(modified -> !modified.isBefore(moment))
                .count();
    }

    private void next(DemoRun dayOne, DemoRun dayTwo, DemoEvaluator evaluator) {
        DemoFolder folder = stage.folder();
        String muster = folder.launcher();
        String sample =
                DemoFolder.shown(folder.sample(expected.files().getLast().file()));
        String outbox = DemoFolder.shown(folder.served().resolve("outbox"));
        page.heading("What to try next (in a shell of yours, in this folder)");
        tryThis(". " + quoted(DemoFolder.shown(stage.environment())), "commands of that shell meet this demo");
        tryThis(muster + " runs", "every run, newest first");
        tryThis(muster + " runs show " + dayTwo.run(), "one of them, and what may be done with it");
        tryThis(muster + " runs rejects " + dayOne.run() + " > rejects.csv", "correct the cells, then:");
        tryThis(
                muster + " import rejects.csv --directory " + DIRECTORY + " --list " + LIST,
                "the reason columns are left out");
        tryThis(muster + " contacts search --directory " + DIRECTORY + " --name Παπαδοπ", "any script");
        tryThis(muster + " duplicates preview --directory " + DIRECTORY, "contacts that look like one person");
        tryThis(muster + " segments members " + segments.invited(), "who would be invited");
        tryThis(muster + " segments history " + segments.invited(), "its counts over time");
        tryThis(
                "curl -s '" + evaluator.question(decisions.project(), expected.example()) + "'",
                "what a page asks; the evaluator needs demo without --once");
        tryThis(
                muster + " decide --project " + decisions.project() + " --ref " + expected.example(),
                "the same with its reason, from the same snapshot");
        tryThis(
                muster + " import " + quoted(sample) + " --directory " + DIRECTORY + " --list " + LIST + " --dry-run",
                "a forecast; nothing changes");
        tryThis(
                "cp " + quoted(sample) + " " + quoted(outbox + "/contacts-20260303.csv"),
                "a third night; needs the SFTP server: demo without --once");
        tryThis(muster + " run " + quoted(DemoFolder.shown(folder.job())), "");
        stage.schemaOutside()
                .ifPresent(schema -> page.aside("# when you are done: DROP DATABASE " + schema + " on that server"));
    }

    private void tryThis(String command, String why) {
        if (!why.isEmpty()) {
            page.aside("# " + why);
        }

        page.say(command);
    }

    private static String quoted(String path) {
        return path.matches("[\\w./:,=@%+-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }
}
