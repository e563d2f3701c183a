package io.muster.support.log;

import java.util.Map;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * What a thread works for, which every line that it logs says: run, rebuild, automation, directory, request. It ends when this
 * is closed; threads that help have it too when they are made by {@link #carried(ThreadFactory)}. Never a name of a person.
 */
public final class LogContext implements AutoCloseable {

    /** A run, {@code RN_…}. */
    public static final String RUN = "run";

    /** The version that a rebuild builds. */
    public static final String REBUILD = "rebuild";

    /** The id in the job file. */
    public static final String AUTOMATION = "automation";

    /** A directory, {@code POOL_…}. */
    public static final String DIRECTORY = "directory";

    /** A call over HTTP. */
    public static final String REQUEST = "request";

    private final @Nullable Map<String, String> before = MDC.getCopyOfContextMap();

    private LogContext() {}

    /** The context as it is, to be put back. */
    public static LogContext begin() {
        return new LogContext();
    }

    /** Adds what is known; null for nothing. */
    public LogContext with(String key, @Nullable String value) {
        if (value != null) {
            MDC.put(key, value);
        }

        return this;
    }

    /** Work that another thread does for this one. */
    public static Runnable carried(Runnable work) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        return () -> {
            LogContext own = begin();
            try (own) {
                set(context);
                work.run();
            }
        };
    }

    /** Threads that work for this one. */
    public static ThreadFactory carried(ThreadFactory threads) {
        Map<String, String> context = MDC.getCopyOfContextMap();
        return work -> threads.newThread(() -> {
            set(context);
            work.run();
        });
    }

    private static void set(@Nullable Map<String, String> context) {
        if (context == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(context);
        }
    }

    @Override
    public void close() {
        set(before);
    }
}
