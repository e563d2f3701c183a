package io.muster.cli;

import io.muster.jobs.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Locale;

/**
 * Shows how far a run has come, on standard error: one line that is written over on a terminal, else a plain line now
 * and then.
 */
final class ProgressLine implements Progress {

    private static final Duration ON_TERMINAL = Duration.ofMillis(200);
    private static final Duration PLAIN = Duration.ofSeconds(10);
    private static final double ENOUGH_TO_ESTIMATE = 0.02;

    private final PrintWriter notes;
    private final boolean watched;
    private final InstantSource clock;
    private String step = "";
    private Instant since;
    private Instant shown;

    ProgressLine(Terminal terminal, InstantSource clock) {
        this.notes = terminal.notes();
        this.watched = terminal.isWatched();
        this.clock = clock;
        this.since = clock.instant();
        this.shown = since;
    }

    @Override
    public synchronized void step(String name) {
        if (!name.equals(step)) {
            step = name;
            since = clock.instant();
            shown = since;
        }
    }

    @Override
    public synchronized void at(long rows, double share) {
        Instant now = clock.instant();
        if (Duration.between(shown, now).compareTo(watched ? ON_TERMINAL : PLAIN) < 0) {
            return;
        }

        shown = now;
        double seconds = Math.max(0.001, Duration.between(since, now).toMillis() / 1000.0);
        String line = "%s: %,d rows, %.0f %%, %,.0f rows/s%s"
                .formatted(step, rows, share * 100, rows / seconds, left(share, seconds));
        if (watched) {
            notes.print("\r" + line + "\u001b[K");
        } else {
            notes.println(line);
        }

        notes.flush();
    }

    /** Ends the line that is written over. */
    synchronized void done() {
        if (watched) {
            notes.print("\r\u001b[K");
            notes.flush();
        }
    }

    private static String left(double share, double seconds) {
        return share < ENOUGH_TO_ESTIMATE
                ? ""
                : String.format(Locale.ROOT, ", about %.0f s left", seconds * (1 - share) / share);
    }
}
