package io.muster.automation.contactimport;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes connections on to a port of this machine and cuts the first ones in the middle of what the server sends. */
final class CuttingProxy implements AutoCloseable {

    private final ServerSocket listening;
    private final int target;
    private final long after;
    private final int most;
    private final AtomicInteger cuts = new AtomicInteger();

    private CuttingProxy(ServerSocket listening, int target, long after, int most) {
        this.listening = listening;
        this.target = target;
        this.after = after;
        this.most = most;
    }

    /** Cuts a connection after so many bytes of answers, the given number of times. */
    static CuttingProxy to(int port, long after, int times) throws IOException {
        ServerSocket listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        CuttingProxy proxy = new CuttingProxy(listening, port, after, times);
        var ignored = Thread.ofVirtual().start(proxy::accept);
        return proxy;
    }

    int port() {
        return listening.getLocalPort();
    }

    /** How many connections were cut. */
    int cuts() {
        return cuts.get();
    }

    private void accept() {
        while (!listening.isClosed()) {
            try {
                Socket client = listening.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                Thread.ofVirtual().start(() -> pass(client, server, Long.MAX_VALUE));
                Thread.ofVirtual().start(() -> pass(server, client, after));
            } catch (IOException e) {
                // Closed, or the other side has gone: the next connection tells.
            }
        }
    }

    private void pass(Socket from, Socket to, long cutAfter) {
        byte[] buffer = new byte[1 << 13];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            long passed = 0;
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                passed += count;
                if (passed > cutAfter && cuts.getAndUpdate(made -> Math.min(most, made + 1)) < most) {
                    return;
                }

                out.write(buffer, 0, count);
            }
        } catch (IOException e) {
            // One side has closed the connection.
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
    }
}
