package io.muster.cli;

import io.muster.support.Refusal;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code muster demo}: the whole way of two nights' files, on embedded parts, and its own proof that it went well. */
@Command(
        name = "demo",
        description = {
            "Show the whole way of two nights' files: an SFTP server and a database of its own, made-up contacts in"
                    + " many scripts, identity rules, rejects, segments, a second day that changes little, decisions about"
                    + " visitors from an evaluator, and a website that shows intercepts.",
            "",
            "Each demo begins afresh in the folder demo of the state folder. With MUSTER_DATABASE_URL it uses a schema of"
                    + " its own there. It checks what it shows and ends with 1 when something is not as it should be."
        },
        footer = {"", "Examples:", "  muster demo", "  muster demo --once"})
final class DemoCommand implements Runnable {

    private static final Duration STOP_PATIENCE = Duration.ofSeconds(75);

    private final Terminal terminal;

    @Option(
            names = "--once",
            description =
                    "End when everything was shown; else the SFTP server, the evaluator and the sample site stay up until Ctrl-C.")
    private boolean once;

    DemoCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public void run() {
        CountDownLatch asked = new CountDownLatch(1);
        Terminal.StopListening listening = terminal.onStop(asked::countDown, STOP_PATIENCE);
        try (DemoStage stage = DemoStage.set(terminal, asked);
                DemoStory.Running running = new DemoStory(stage).tell()) {
            if (!once) {
                running.show(stage.page());
                stage.page()
                        .say(
                                "\nThe SFTP server stays up, the evaluator at %s, and the sample site at %s. Ctrl-C ends the demo."
                                        .formatted(
                                                running.evaluator().address(),
                                                running.website().address()));
                asked.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw Refusal.failed("Cannot go on with the demo: it was interrupted. Start it again.", e);
        } finally {
            listening.close();
        }
    }
}
