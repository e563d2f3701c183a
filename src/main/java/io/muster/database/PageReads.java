package io.muster.database;

import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What a page has read already: parts of one page that ask for the same thing are answered alike, and the database is asked once.
 * Nothing is kept from one page to the next. Other work, and a transaction, read anew each time.
 */
public final class PageReads {

    // There may be several databases in a process, in tests at least.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Map<Object, Object>> known = new ThreadLocal<>();

    /** What is remembered for those that read through a client; nothing for one that is of no page. */
    public static PageReads of(JdbcClient jdbc) {
        return jdbc instanceof PageJdbcClient client ? client.reads() : new PageReads();
    }

    /** Begins with nothing read. */
    void begin() {
        known.set(new HashMap<>());
    }

    /** Forgets it all. */
    void end() {
        known.remove();
    }

    /**
     * What this page has read for that question; read now when it is the first to ask.
     *
     * @param question a record of its own for each sort of question, so that no two look alike
     */
    @SuppressWarnings("unchecked")
    public <T> T once(Record question, Supplier<T> read) {
        Map<Object, Object> page = known.get();
        if (page == null || TransactionSynchronizationManager.isActualTransactionActive()) {
            return read.get();
        }

        Object before = page.get(question);
        if (before != null) {
            return (T) before;
        }

        T now = read.get();
        page.put(question, now);
        return now;
    }
}
