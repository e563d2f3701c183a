package io.muster.web.console;

import static io.muster.dedup.DirectoryFixture.change;
import static io.muster.dedup.DirectoryFixture.record;
import static io.muster.web.console.ConsoleClient.location;
import static org.assertj.core.api.Assertions.assertThat;

import io.muster.app.ContactService;
import io.muster.app.ContactsChange;
import io.muster.app.FrequencyRuleService;
import io.muster.app.ListService;
import io.muster.app.NewContact;
import io.muster.app.NewFrequencyRule;
import io.muster.app.NewTouchpoint;
import io.muster.app.NewTransaction;
import io.muster.app.ProjectInput;
import io.muster.app.ProjectService;
import io.muster.app.RunViews;
import io.muster.app.SegmentRefreshes;
import io.muster.app.SegmentService;
import io.muster.app.TouchpointService;
import io.muster.app.TransactionService;
import io.muster.app.UserService;
import io.muster.automation.AutomationRuns;
import io.muster.automation.Trigger;
import io.muster.automation.Trigger.Repull;
import io.muster.automation.jobfile.JobFiles;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.dedup.EditResult.Created;
import io.muster.directory.Actor;
import io.muster.segment.SizeGuard;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A console with something on every page, where every name and every value tries to be markup: a directory with people, a list, a
 * segment, possible duplicates, a rule of frequency, a project, two nights' runs, and a job file that is broken.
 */
public final class FullConsole implements AutoCloseable {

    /** Stands in every value of a person. */
    public static final String PERSON = "Q7person";

    /** Stands in every name. */
    public static final String HOSTILE = "<img src=x onerror=alert(1)>'\"&amp;\u202eback";

    private static final String LONG = "\uD83D\uDE00".repeat(4) + "w".repeat(1_000);
    private static final String PASSWORD = "a horse in the rain";
    private static final Actor TESTER = Actor.commandLine("tester");

    private final Path home;
    private final TestWebServer server;
    private final DirectoryFixture directory;
    private final String pool;
    private final String otherPool;
    private final List<String> made = new ArrayList<>();
    private final List<String> runs = new ArrayList<>();
    private String list = "";
    private String segment = "";

    /** Starts the server and makes all of it. */
    public FullConsole(TestDatabase database, Path home) throws IOException {
        this(database, database.url(), home);
    }

    /** The same, with an address of the database that says more. */
    FullConsole(TestDatabase database, String url, Path home) throws IOException {
        this.home = home;
        server = TestWebServer.start(url, home);
        directory = DirectoryFixture.create(database.jdbc(), "extRef", "email");
        pool = database.ids().directory(directory.id());
        otherPool = database.ids()
                .directory(DirectoryFixture.create(database.jdbc(), "extRef").id());
        database.jdbc()
                .sql("UPDATE directory SET name = ? WHERE id = ?")
                .params("Kunden " + HOSTILE, directory.id())
                .update();
        people();
        alike();
        nights();
    }

    /** The server. */
    public TestWebServer server() {
        return server;
    }

    /** The id of the directory. */
    public String pool() {
        return pool;
    }

    /** The id of another directory, which has nothing in it. */
    public String otherPool() {
        return otherPool;
    }

    /** The ids of contacts. */
    public List<String> contacts() {
        return List.copyOf(made);
    }

    /** The id of the list. */
    public String list() {
        return list;
    }

    /** The id of the segment. */
    public String segment() {
        return segment;
    }

    /** The ids of runs, the oldest first; each has rejected a row. */
    public List<String> runs() {
        return List.copyOf(runs);
    }

    /** Two contacts that share an email address, which an edit has brought about. */
    private void alike() {
        ContactEdits edits = server.get(ContactEdits.class);
        for (int i = 0; i < 2; i++) {
            long number = ((Created) edits.create(directory.id(), record("embedded.made", PERSON + i))).number();
            var ignored = edits.update(
                    directory.id(),
                    number,
                    change(
                            "email",
                            "q7person.alike@example.com",
                            "firstName",
                            PERSON + HOSTILE,
                            "embedded.made",
                            "here"));
        }
    }

    private void people() {
        String list = server.get(ListService.class)
                .create(TESTER, pool, "List " + HOSTILE)
                .id();
        ContactService contacts = server.get(ContactService.class);
        for (String last : List.of(HOSTILE, LONG.substring(0, 60), "\u05D0\u05D1\u05D2")) {
            made.add(contacts.create(new NewContact(
                            TESTER,
                            pool,
                            Map.of(
                                    "extRef",
                                    PERSON + made.size(),
                                    "firstName",
                                    PERSON + HOSTILE,
                                    "lastName",
                                    last,
                                    "language",
                                    "de",
                                    "email",
                                    "q7person" + made.size() + "@example.com",
                                    "embedded.tier " + HOSTILE,
                                    PERSON + LONG),
                            list))
                    .contact()
                    .contactId());
        }

        List<Object> rest = new ArrayList<>();
        rest.add(contacts.join(new ContactsChange(TESTER, made, list), Map.of()));
        rest.add(server.get(TransactionService.class)
                .add(
                        pool,
                        Map.of("1", new NewTransaction(made.getFirst(), null, null, Map.of(PERSON, HOSTILE))),
                        null,
                        "",
                        TESTER));
        segment = server.get(SegmentService.class)
                .create(TESTER, pool, "Segment " + HOSTILE, "{field: language, is: de}", SizeGuard.usual())
                .id();
        rest.add(server.get(TouchpointService.class)
                .add(new NewTouchpoint(
                        TESTER, pool, made.getFirst(), null, Map.of("channel", "email", "kind", "sent"))));
        rest.add(server.get(RunViews.class)
                .follow(server.get(SegmentRefreshes.class).startAll(TESTER, pool), ignored -> {}));
        rest.add(server.get(FrequencyRuleService.class)
                .add(TESTER, pool, new NewFrequencyRule("3", "7d", "2d", null, false, null, list)));
        rest.add(server.get(ProjectService.class)
                .create(TESTER, pool, new ProjectInput("Shop " + HOSTILE, List.of(), null, List.of(), List.of())));
        assertThat(rest).hasSize(6).doesNotContainNull();
    }

    private void nights() throws IOException {
        Path inbox = Files.createDirectories(home.resolve("in"));
        Files.writeString(home.resolve("jobs/nightly.yaml"), """
                kind: contact-import
                id: nightly
                name: "Nightly <b>bold</b>"
                source: {type: folder, folder: %s}
                files: {stable-for: 0s}
                target: {directory: %s}
                limits: {max-rejected: 90%%}
                schedules: [{cron: "30 2 * * *"}]
                zone: Europe/Berlin
                """.formatted(inbox, pool));
        Files.writeString(home.resolve("jobs/broken.yaml"), "kind: contact-import\nid: <script>\n");
        for (int night = 0; night < 2; night++) {
            Files.writeString(
                    inbox.resolve("night " + night + " <i>.csv"),
                    "ExternalDataReference,Email,\"note <u>\"\n" + "n" + night + ",n" + night + "@example.com," + PERSON
                            + "\n" + "m" + night + ",no mailbox <img src=x>," + PERSON + LONG + "\n");
            runs.add(server.get(AutomationRuns.class)
                    .run(
                            server.get(JobFiles.class).find("nightly").job(),
                            new Trigger.ByHand(TESTER, null, Repull.NEW_ONLY))
                    .getFirst()
                    .run());
        }
    }

    /** Somebody with these roles, for these directories or all, who has signed in. */
    public ConsoleClient signedIn(List<String> directories, String... roles) throws Exception {
        String name = "user-" + UUID.randomUUID();
        server.get(UserService.class).create(TESTER, name, List.of(roles), directories, PASSWORD);
        ConsoleClient client = new ConsoleClient(server);
        assertThat(location(client.signIn(name, PASSWORD))).isEqualTo("303 /overview");
        return client;
    }

    @Override
    public void close() {
        server.close();
    }
}
