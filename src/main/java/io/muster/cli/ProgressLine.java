package io.muster.cli;

import io.muster.jobs.Pace;
import io.muster.jobs.Progress;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Shows how far a run has come, on standard error: one line that is written over on a terminal, else a plain line now
 * and then.
 */
final class ProgressLine implements Progress {

    private static final Duration ON_TERMINAL = Duration.ofMillis(200);
    private static final Duration PLAIN = Duration.ofSeconds(10);
    private final PrintWriter notes;
    private final boolean watched;
    private final InstantSource clock;
    private String step = "";
    private String waited = "";
    private final Pace pace;
    private Instant shown;

    ProgressLine(Terminal terminal, InstantSource clock) {
        this.notes = terminal.notes();
        this.watched = terminal.isWatched();
        this.clock = clock;
        this.shown = clock.instant();
        this.pace = new Pace(shown);
    }

    @Override
    public synchronized void note(String line) {
        done();
        notes.println(line);
        notes.flush();
    }

    @Override
    public synchronized void step(String name) {
        if (!name.equals(step)) {
            step = name;
            shown = clock.instant();
            pace.begin(shown);
        }
    }

    @Override
    public synchronized void at(long rows, double share) {
        Instant now = clock.instant();
        pace.reached(now, rows, share);
        if (Duration.between(shown, now).compareTo(watched ? ON_TERMINAL : PLAIN) < 0) {
            return;
        }

        shown = now;
        String line = RunText.pace(step, rows, share, pace.rate(), pace.left());
        if (watched) {
            notes.print("\r" + line + "\u001b[K");
        } else {
            notes.println(line);
        }

        notes.flush();
    }

    @Override
    public synchronized void waiting(String what) {
        String line = step + ": waiting " + what;
        if (watched) {
            notes.print("\r" + line + "\u001b[K");
        } else if (!line.equals(waited)) {
            notes.println(line);
        }

        waited = line;
        notes.flush();
    }

    /** Ends the line that is written over. */
    synchronized void done() {
        if (watched) {
            notes.print("\r\u001b[K");
            notes.flush();
        }
    }
}
