package io.muster.page;

import static org.awaitility.Awaitility.await;

import io.muster.app.InterceptInput;
import io.muster.app.ProjectInput;
import io.muster.app.ProjectService;
import io.muster.app.SnapshotService;
import io.muster.database.TestDatabase;
import io.muster.dedup.ContactEdits;
import io.muster.dedup.DirectoryFixture;
import io.muster.directory.Actor;
import io.muster.jobs.Progress;
import io.muster.snapshot.build.SnapshotStore;
import io.muster.snapshot.format.Manifest;
import io.muster.web.TestWebServer;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A directory and projects whose intercepts are in force, made by the services that people use. */
public final class PageFixture {

    public static final String POPOVER =
            "{type: popover, title: How was it?, text: Two questions only., button: Tell us, url: 'https://survey.example/s'}";
    public static final String EMBEDDED =
            "{type: embedded, title: Rate this page, text: One minute., button: Rate, url: /rate, target: '#place'}";
    public static final String LINK = "{type: link, button: Feedback, url: /feedback}";

    private static final Actor PERSON = Actor.commandLine("tester");
    private static final Duration LONG = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final TestWebServer server;
    private final DirectoryFixture directory;
    private final ContactEdits edits;
    private final ProjectService projects;

    public PageFixture(TestDatabase database, TestWebServer server, String... rules) {
        this.database = database;
        this.server = server;
        directory = DirectoryFixture.create(database.jdbc(), rules.length == 0 ? new String[] {"extRef"} : rules);
        edits = new ContactEdits(database.jdbc(), database.transactions(), Clock.systemUTC(), database.ids());
        projects = server.get(ProjectService.class);
    }

    public String directoryId() {
        return database.ids().directory(directory.id());
    }

    public DirectoryFixture directory() {
        return directory;
    }

    /** Adds a contact. */
    public void contact(String reference) {
        var ignored = edits.upsert(directory.id(), DirectoryFixture.record("extRef", reference));
    }

    /** A project that is linked to the directory. */
    public String linked() {
        return projects.create(PERSON, directoryId(), input(null, List.of())).id();
    }

    /** A project that creates contacts. */
    public String creating() {
        return projects.create(PERSON, directoryId(), input(true, List.of())).id();
    }

    /** A project that finds references in some places. */
    public String linked(String... references) {
        return projects.create(PERSON, directoryId(), input(null, List.of(references)))
                .id();
    }

    /** A project without a directory. */
    public String unlinked() {
        return projects.create(PERSON, null, input(null, List.of())).id();
    }

    private static ProjectInput input(@Nullable Boolean create, List<String> references) {
        return new ProjectInput(
                "Site " + UUID.randomUUID(), null, create, references.isEmpty() ? null : references, null);
    }

    /** An active intercept of a project. */
    public String intercept(String project, String creative) {
        return intercept(project, creative, null, null, false);
    }

    /** An active intercept that is shown while no evaluator can be reached. */
    public String interceptWhenUnavailable(String project, String creative) {
        return intercept(project, creative, null, "show", false);
    }

    /** An active intercept on pages of some condition. */
    public String interceptOnPages(String project, String creative, String page) {
        return intercept(project, creative, page, "show", false);
    }

    /** An active intercept that gives way to older ones. */
    public String listBased(String project, String creative) {
        return intercept(project, creative, null, null, true);
    }

    private String intercept(
            String project,
            String creative,
            @Nullable String page,
            @Nullable String whenUnavailable,
            boolean listBased) {
        String id = projects.create(
                        PERSON,
                        project,
                        new InterceptInput(
                                "Intercept " + UUID.randomUUID(),
                                null,
                                null,
                                "SV_"
                                        + UUID.randomUUID()
                                                .toString()
                                                .toUpperCase(Locale.ROOT)
                                                .substring(0, 8),
                                null,
                                page,
                                null,
                                listBased ? true : null,
                                null,
                                null,
                                null,
                                null,
                                null,
                                whenUnavailable,
                                creative))
                .id();
        var ignored = projects.activate(PERSON, List.of(id), true);
        return id;
    }

    /** Gives an intercept another creative; it is not in force yet. */
    public void change(String intercept, String creative) {
        var ignored = projects.change(
                PERSON,
                intercept,
                new InterceptInput(
                        null, null, null, null, null, null, null, null, null, null, null, null, null, null, creative));
    }

    /** Puts projects in force, and waits until the server answers by that. */
    public void apply(String... ids) {
        for (String id : ids) {
            var ignored = projects.apply(PERSON, id);
        }

        publish(ids);
    }

    /** Publishes what changed of projects, and waits until the server answers by that. */
    public void publish(String... ids) {
        server.get(SnapshotService.class).publishChanges(PERSON, List.of(ids), Progress.NONE);
        for (String id : ids) {
            awaitServed(id);
        }
    }

    private void awaitServed(String project) {
        await().atMost(LONG)
                .until(() -> server.get("/v1/decisions?project=" + project)
                        .body()
                        .startsWith("{\"snapshot\":\"" + published(project) + "\""));
    }

    private String published(String project) throws IOException {
        return Manifest.fromJson(server.get(SnapshotStore.class)
                        .folder()
                        .manifest(project)
                        .orElseThrow())
                .version();
    }

    /** Builds the table of the directory anew, as a rebuild would, and waits until the server answers by it. */
    public void rebuild() {
        server.get(SnapshotService.class)
                .publish(PERSON, directoryId(), true, Progress.NONE)
                .snapshots()
                .forEach(published -> awaitServed(published.project()));
    }

    /** Switches a project off or on. */
    public void pause(String project, boolean paused) {
        var ignored = projects.pause(PERSON, project, paused);
        publish(project);
    }

    /** Demands signatures; the secret. */
    public String sign(String project) {
        String secret = projects.sign(PERSON, project, true).secret();
        apply(project);
        return secret == null ? "" : secret;
    }

    public ProjectService projects() {
        return projects;
    }

    /** The tag of a project's script. */
    public String tag(String project) {
        return "<script src='" + server.address() + "/muster/" + project + ".js' async></script>";
    }

    /** The touchpoints of the directory, as {@code kind channel}. */
    public List<String> touchpoints() {
        return database.jdbc()
                .sql("SELECT CONCAT_WS(' ', kind, channel) FROM touchpoint WHERE directory_id = ? ORDER BY number")
                .param(directory.id())
                .query(String.class)
                .list();
    }

    /** Waits until the touchpoints are these. */
    public void awaitTouchpoints(String... expected) {
        await().atMost(LONG)
                .untilAsserted(() -> org.assertj.core.api.Assertions.assertThat(touchpoints())
                        .containsExactlyInAnyOrder(expected));
    }
}
