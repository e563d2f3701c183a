package io.muster.database;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Stands between a process and its database, and can lose the one for the other. */
public final class DatabaseProxy implements AutoCloseable {

    private static final Pattern HOST = Pattern.compile("//([^:/]+)(?::(\\d+))?/");

    private enum State {
        OPEN,
        /** Nothing passes, and nobody is told: as when a machine or its network is gone. */
        FROZEN,
        /** Connections are ended, and none can be made: as when the database has stopped. */
        CUT
    }

    private final String url;
    private final String host;
    private final int port;
    private final ServerSocket listening;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final ExecutorService threads = Executors.newThreadPerTaskExecutor(
            Thread.ofPlatform().daemon().name("proxy-", 0).factory());
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private State state = State.OPEN;

    /** In front of the database of a JDBC URL. */
    public DatabaseProxy(String url) throws IOException {
        Matcher address = HOST.matcher(url);
        if (!address.find()) {
            throw new IllegalArgumentException("No host in the URL");
        }

        this.url = url;
        host = address.group(1);
        port = address.group(2) == null ? 3306 : Integer.parseInt(address.group(2));
        listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        threads.execute(this::accept);
    }

    /** The URL that leads through here. */
    public String url() {
        return HOST.matcher(url).replaceFirst("//127.0.0.1:" + listening.getLocalPort() + "/");
    }

    /** Lets nothing pass any more. */
    public void freeze() {
        become(State.FROZEN);
    }

    /** Ends all connections, and makes no more. */
    public void cut() {
        become(State.CUT);
        sockets.forEach(DatabaseProxy::end);
    }

    /** Makes connections again. */
    public void mend() {
        become(State.OPEN);
    }

    private void become(State next) {
        lock.lock();
        try {
            state = next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void accept() {
        try {
            while (!listening.isClosed()) {
                Socket client = listening.accept();
                sockets.add(client);
                if (passes()) {
                    Socket server = new Socket(host, port);
                    sockets.add(server);
                    threads.execute(() -> pass(client, server));
                    threads.execute(() -> pass(server, client));
                } else {
                    end(client);
                }
            }
        } catch (IOException e) {
            if (!listening.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Waits while frozen; whether connections are to live. */
    private boolean passes() {
        lock.lock();
        try {
            while (state == State.FROZEN) {
                changed.awaitUninterruptibly();
            }

            return state == State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    private void pass(Socket from, Socket to) {
        byte[] buffer = new byte[1 << 16];
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int count = in.read(buffer); count >= 0 && passes(); count = in.read(buffer)) {
                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // The other side ended it, or the test did.
        } finally {
            passes();
            end(from);
            end(to);
        }
    }

    private static void end(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        cut();
        threads.shutdownNow();
    }
}
