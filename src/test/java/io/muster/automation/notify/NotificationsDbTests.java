package io.muster.automation.notify;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.muster.automation.Jobs;
import io.muster.automation.RunSummary;
import io.muster.automation.jobfile.JobFile;
import io.muster.automation.jobfile.References;
import io.muster.database.TestDatabase;
import io.muster.jobs.RunStatus;
import io.muster.load.TakenAway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class NotificationsDbTests {

    @RegisterExtension
    static final TestDatabase database = new TestDatabase();

    private static final Instant NOW = Instant.parse("2026-11-22T02:31:00Z");

    @TempDir
    Path folder;

    private final MovableTime time = new MovableTime();
    private final List<Posted> posted = new CopyOnWriteArrayList<>();
    private final AtomicInteger answer = new AtomicInteger(200);
    private HttpServer http;
    private Mailbox mailbox;

    @BeforeEach
    void listen() throws IOException {
        database.jdbc().sql("DELETE FROM notification").update();
        mailbox = new Mailbox();
        http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        http.createContext("/", exchange -> {
            posted.add(new Posted(
                    exchange.getRequestHeaders().getFirst("Muster-Delivery"),
                    exchange.getRequestHeaders().getFirst("Muster-Signature"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(answer.get(), -1);
            exchange.close();
        });
        http.start();
    }

    @AfterEach
    void leave() throws IOException {
        http.stop(0);
        mailbox.close();
    }

    @Test
    void mailsTheSummaryToEachMailbox() throws IOException {
        Notifications notifications = notifications();
        notifications.runEnded(
                job("notifications: [{when: always, email: [ops@example.com, team@example.com]}]\n"),
                run(RunStatus.COMPLETED, 2));

        assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isEqualTo(2);

        assertThat(mailbox.mails()).hasSize(2);
        assertThat(mailbox.mails().getFirst())
                .contains("RCPT TO:<ops@example.com>")
                .contains("From: muster@example.com")
                .contains("Subject: [Muster] COMPLETED: Nightly contacts (nightly) - contacts.csv")
                .contains("Auto-Submitted: auto-generated")
                .contains("Rows: 1,010 read = 1,000 created + 5 updated + 3 unchanged + 2 rejected + 0 skipped")
                .contains("Taken away: 1 left the list, 2 opted out, 0 deleted")
                .contains("Details: https://muster.example.com/runs/RN_1");
    }

    @Test
    void mailsEachWarning() throws IOException {
        RunSummary run = run(RunStatus.COMPLETED, 0);
        Notifications notifications = notifications();
        notifications.runEnded(
                job("notifications: [{when: always, email: [ops@example.com]}]\n"),
                new RunSummary(
                        run.run(),
                        run.automation(),
                        run.status(),
                        run.reason(),
                        run.imported(),
                        List.of("Column 2 has no name and is left out.", "New embedded data: Colour."),
                        run.started(),
                        run.ended()));

        notifications.deliverDue(Duration.ofMinutes(1));

        assertThat(mailbox.mails())
                .singleElement()
                .asString()
                .contains("Subject: [Muster] COMPLETED: Nightly contacts (nightly) - contacts.csv")
                .containsSubsequence(
                        "Status: COMPLETED",
                        "Rows: 1,008 read",
                        "Warning: Column 2 has no name and is left out.",
                        "Warning: New embedded data: Colour.",
                        "Started: 2026-11-22T02:30:00Z");
    }

    @Test
    void postsSignedJson() throws Exception {
        Notifications notifications = notifications();
        notifications.runEnded(
                job("notifications: [{when: always, webhook: env:HOOK, secret: env:HOOK_SECRET}]\n"),
                run(RunStatus.FAILED, 0));

        assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isEqualTo(1);

        Posted post = posted.getFirst();
        JsonNode body = JsonMapper.shared().readTree(post.body());
        assertThat(body.path("event").asString()).isEqualTo("run-ended");
        assertThat(body.path("status").asString()).isEqualTo("FAILED");
        assertThat(body.path("reason").asString()).isEqualTo("The file is empty.");
        assertThat(body.at("/counts/read").asLong()).isEqualTo(1008);
        assertThat(body.path("ended").asString()).isEqualTo("2026-11-22T02:30:59Z");
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec("s3cret".getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        String expected = HexFormat.of()
                .formatHex(mac.doFinal((NOW.getEpochSecond() + "." + post.body()).getBytes(StandardCharsets.UTF_8)));
        assertThat(post.signature()).isEqualTo("t=" + NOW.getEpochSecond() + ",v1=" + expected);
        assertThat(database.jdbc()
                        .sql("SELECT CONCAT(destination, secret_ref, message) FROM notification")
                        .query(String.class)
                        .single())
                .startsWith("env:HOOKenv:HOOK_SECRET")
                .doesNotContain("s3cret");
    }

    @ParameterizedTest
    @CsvSource({
        "never, COMPLETED, 0, 0",
        "never, FAILED, 5, 0",
        "on-failure, COMPLETED, 5, 0",
        "on-failure, STOPPED, 0, 0",
        "on-failure, FAILED, 0, 1",
        "on-failure, DEAD, 0, 1",
        "on-rejects, COMPLETED, 0, 0",
        "on-rejects, COMPLETED, 1, 1",
        "on-rejects, FAILED, 0, 1",
        "always, COMPLETED, 0, 1",
        "always, STOPPED, 0, 1",
    })
    void tellsAboutTheRunsThatTheRuleAsksFor(String when, RunStatus status, long rejected, int told)
            throws IOException {
        Notifications notifications = notifications();
        notifications.runEnded(
                job("notifications: [{when: %s, email: [a@example.com]}]\n".formatted(when)), run(status, rejected));

        assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isEqualTo(told);
    }

    @Test
    void tellsTheSameEndOfARunOnce() throws IOException {
        Notifications notifications = notifications();
        JobFile job = job("notifications: [{when: always, webhook: env:HOOK}]\n");
        notifications.runEnded(job, run(RunStatus.COMPLETED, 0));
        notifications.runEnded(job, run(RunStatus.COMPLETED, 0));
        notifications.noFile(job, LocalDate.of(2026, 11, 22), "No file has come by 06:00.");
        notifications.noFile(job, LocalDate.of(2026, 11, 22), "No file has come by 06:00.");
        notifications.couldNotRun(job, "Cannot reach the server.");
        notifications.couldNotRun(job, "Cannot reach the server.");
        time.now = NOW.plus(Duration.ofDays(1));
        notifications.couldNotRun(job, "Cannot reach the server.");

        assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isEqualTo(4);
        assertThat(posted)
                .extracting(post ->
                        JsonMapper.shared().readTree(post.body()).path("event").asString())
                .containsExactlyInAnyOrder("run-ended", "no-file", "could-not-run", "could-not-run");
    }

    @Test
    void triesAgainWithTheSameDeliveryUntilItArrives() throws IOException {
        Notifications notifications = notifications();
        notifications.runEnded(job("notifications: [{when: always, webhook: env:HOOK}]\n"), run(RunStatus.FAILED, 0));
        answer.set(503);

        assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isZero();
        assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isZero();
        assertThat(posted).hasSize(1);
        assertThat(notifications.stuck()).singleElement().satisfies(stuck -> {
            assertThat(stuck.lastError()).isEqualTo("The webhook answered 503.");
            assertThat(stuck.state()).isEqualTo(StuckNotification.State.RETRYING);
        });

        answer.set(204);
        time.now = NOW.plusSeconds(10);
        assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isEqualTo(1);
        assertThat(posted)
                .hasSize(2)
                .extracting(Posted::delivery)
                .containsOnly(posted.getFirst().delivery());
        assertThat(notifications.stuck()).isEmpty();
    }

    @Test
    void givesUpAfterAboutADayAndSaysSo() throws IOException {
        Notifications notifications = notifications();
        notifications.runEnded(
                job("notifications: [{when: always, email: [refused@example.com]}]\n"), run(RunStatus.FAILED, 0));
        for (int i = 0; i < 20; i++) {
            assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isZero();
            time.now = time.now.plus(Duration.ofHours(13));
        }

        assertThat(notifications.stuck()).singleElement().satisfies(stuck -> {
            assertThat(stuck.state()).isEqualTo(StuckNotification.State.GIVEN_UP);
            assertThat(stuck.attempts()).isEqualTo(9);
            assertThat(stuck.lastError()).contains("550 no such mailbox");
        });
        assertThat(notifications.prune(time.now)).isEqualTo(1);
    }

    @Test
    void keepsTellingOthersWhenOneCannotBeReached() throws IOException {
        Notifications notifications = notifications();
        notifications.runEnded(job("""
            notifications:
              - {when: always, webhook: env:NOT_SET}
              - {when: always, webhook: "http://127.0.0.1:1/"}
              - {when: always, email: [ops@example.com]}
            """), run(RunStatus.FAILED, 0));

        assertThat(notifications.deliverDue(Duration.ofMinutes(1))).isEqualTo(1);
        assertThat(mailbox.mails()).hasSize(1);
        assertThat(notifications.stuck())
                .extracting(StuckNotification::lastError)
                .anySatisfy(error ->
                        assertThat(error).startsWith("Cannot read the webhook: the environment variable NOT_SET"))
                .anySatisfy(error -> assertThat(error).startsWith("The webhook was not reached:"));
    }

    @Test
    void saysWhenNoMailServerIsConfigured() throws IOException {
        Notifications notifications = new Notifications(
                database.jdbc(),
                new NotificationSettings(null, null),
                new References(Map.of()),
                JsonMapper.shared(),
                clock());
        notifications.runEnded(
                job("notifications: [{when: always, email: [a@example.com]}]\n"), run(RunStatus.FAILED, 0));
        notifications.deliverDue(Duration.ofMinutes(1));

        assertThat(notifications.stuck())
                .extracting(StuckNotification::lastError)
                .containsExactly("No mail server is configured. Set muster.mail.host and muster.mail.from.");
    }

    @Test
    void makesEachAttemptInOneProcessOnly() throws Exception {
        for (int i = 0; i < 20; i++) {
            notifications()
                    .couldNotRun(job("notifications: [{when: always, webhook: env:HOOK}]\n"), "Reason " + i + ".");
        }

        try (ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<Integer>> delivered = threads.invokeAll(List.of(
                    () -> notifications().deliverDue(Duration.ofMinutes(1)),
                    () -> notifications().deliverDue(Duration.ofMinutes(1)),
                    () -> notifications().deliverDue(Duration.ofMinutes(1)),
                    () -> notifications().deliverDue(Duration.ofMinutes(1))));
            int sum = 0;
            for (Future<Integer> count : delivered) {
                sum += count.get();
            }

            assertThat(sum).isEqualTo(20);
        }

        assertThat(posted).hasSize(20);
    }

    private JobFile job(String more) throws IOException {
        return Jobs.job(folder, "nightly", more);
    }

    private static RunSummary run(RunStatus status, long rejected) {
        return new RunSummary(
                "RN_1",
                "nightly",
                status,
                status == RunStatus.COMPLETED ? null : "The file is empty.",
                new RunSummary.Imported(
                        "contacts.csv", 1008 + rejected, 1000, 5, 3, rejected, 0, new TakenAway(1, 2, 0)),
                NOW.minusSeconds(60),
                NOW.minusSeconds(1));
    }

    private Notifications notifications() {
        String hook = "http://127.0.0.1:" + http.getAddress().getPort() + "/hook?token=abc";
        return new Notifications(
                database.jdbc(),
                NotificationSettings.read(Map.of(
                        "muster.mail.host", "127.0.0.1",
                        "muster.mail.port", Integer.toString(mailbox.port()),
                        "muster.mail.from", "muster@example.com",
                        "muster.mail.tls", "none",
                        "muster.link-base", "https://muster.example.com/")::get),
                new References(Map.of("HOOK", hook, "HOOK_SECRET", "s3cret")),
                JsonMapper.shared(),
                clock());
    }

    private Clock clock() {
        return ((InstantSource) () -> time.now).withZone(ZoneOffset.UTC);
    }

    private record Posted(
            @Nullable String delivery, @Nullable String signature, String body) {}

    /** A clock that tests move. */
    private static final class MovableTime {
        private volatile Instant now = NOW;
    }
}
