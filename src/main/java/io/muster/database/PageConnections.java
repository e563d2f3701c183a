package io.muster.database;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * The data source for general work, which gives threads that make pages for people connections of a pool of their own: imports do
 * not keep pages waiting, nor pages imports. Statements of what is only to be shown end after some seconds.
 */
public final class PageConnections extends DelegatingDataSource {

    private final Supplier<DataSource> pages;
    private final int seconds;
    private final PageReads reads = new PageReads();
    // There may be several databases in a process, in tests at least.
    @SuppressWarnings("ThreadLocalUsage")
    private final ThreadLocal<@Nullable Page> page = new ThreadLocal<>();

    /** What the page of a thread is for. */
    private enum Page {
        SHOWN,
        ACTING
    }

    PageConnections(DataSource general, Supplier<DataSource> pages, int seconds) {
        super(general);
        this.pages = pages;
        this.seconds = seconds;
    }

    /**
     * What is done for a page.
     *
     * @param <X> how it fails
     */
    @FunctionalInterface
    public interface Work<X extends Exception> {

        /** Does it. */
        void run() throws X;
    }

    /** Makes a page that only shows: its statements end when they take too long. */
    public <X extends Exception> void show(Work<X> work) throws X {
        on(Page.SHOWN, () -> {
            reads.begin();
            try {
                work.run();
            } finally {
                reads.end();
            }
        });
    }

    /** Does what was asked for on a page: that takes as long as it takes. */
    public <X extends Exception> void act(Work<X> work) throws X {
        on(Page.ACTING, work);
    }

    private <X extends Exception> void on(Page kind, Work<X> work) throws X {
        Page before = page.get();
        page.set(kind);
        try {
            work.run();
        } finally {
            if (before == null) {
                page.remove();
            } else {
                page.set(before);
            }
        }
    }

    /** What the page that is being shown has read. */
    PageReads reads() {
        return reads;
    }

    /** How long a statement of a page may take. */
    public int seconds() {
        return seconds;
    }

    @Override
    public Connection getConnection() throws SQLException {
        Page kind = page.get();
        if (kind == null) {
            return super.getConnection();
        }

        Connection connection = pages.get().getConnection();
        return kind == Page.SHOWN ? limited(connection) : connection;
    }

    private Connection limited(Connection connection) {
        return (Connection) Proxy.newProxyInstance(
                PageConnections.class.getClassLoader(),
                new Class<?>[] {Connection.class},
                (proxy, method, arguments) -> {
                    try {
                        Object answer = method.invoke(connection, arguments);
                        if (answer instanceof Statement statement) {
                            statement.setQueryTimeout(seconds);
                        }

                        return answer;
                    } catch (InvocationTargetException e) {
                        throw e.getCause() == null ? e : e.getCause();
                    }
                });
    }
}
