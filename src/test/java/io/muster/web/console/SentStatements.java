package io.muster.web.console;

import com.mysql.cj.MysqlConnection;
import com.mysql.cj.Query;
import com.mysql.cj.interceptors.QueryInterceptor;
import com.mysql.cj.log.Log;
import com.mysql.cj.protocol.Resultset;
import com.mysql.cj.protocol.ServerSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Notes what pages send to the database, as it reaches the driver: values included. The driver makes one for each connection
 * whose address names this class.
 */
public final class SentStatements implements QueryInterceptor {

    /** What an address has to say. */
    static final String PARAMETER = "queryInterceptors=" + SentStatements.class.getName();

    private static final Pattern BOUNDARY =
            Pattern.compile("(?i)(SET|COMMIT|ROLLBACK|START|BEGIN|SAVEPOINT|RELEASE)\\b.*", Pattern.DOTALL);

    // The driver makes the interceptors, so that they have no other way to who asks.
    private static final List<Sent> NOTED = new ArrayList<>();

    /**
     * A statement.
     *
     * @param ofSession whether it keeps sessions, whatever the page
     */
    record Sent(String sql, boolean ofSession) {}

    /** Those that pages have sent since the last time, but for the bounds of transactions. */
    static List<Sent> take() {
        synchronized (NOTED) {
            List<Sent> taken = List.copyOf(NOTED);
            NOTED.clear();
            return taken;
        }
    }

    @Override
    public QueryInterceptor init(MysqlConnection connection, Properties properties, Log log) {
        return this;
    }

    @Override
    @SuppressWarnings("TypeParameterUnusedInFormals")
    public <T extends Resultset> @Nullable T preProcess(Supplier<String> sql, Query query) {
        if (calledBy(PageWorkFilter.class.getName())) {
            String text = sql.get().strip();
            if (!BOUNDARY.matcher(text).matches()) {
                synchronized (NOTED) {
                    NOTED.add(new Sent(text, calledBy("org.springframework.session.jdbc.")));
                }
            }
        }

        return null;
    }

    private static boolean calledBy(String name) {
        return StackWalker.getInstance()
                .walk((Stream<StackWalker.StackFrame> frames) ->
                        frames.anyMatch(frame -> frame.getClassName().startsWith(name)));
    }

    @Override
    public boolean executeTopLevelOnly() {
        return true;
    }

    @Override
    public void destroy() {
        // Holds nothing.
    }

    @Override
    public <T extends Resultset> @Nullable T postProcess(
            Supplier<String> sql, Query query, T result, ServerSession session) {
        return null;
    }
}
