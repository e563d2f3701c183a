package io.muster.support;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;

/** A port of this machine that is taken as long as a test wants. */
public final class TakenPort implements AutoCloseable {

    private final ServerSocket socket;

    private TakenPort(ServerSocket socket) {
        this.socket = socket;
    }

    /** Takes it, once other tests have given it back; where something else keeps it for good, that will do as well. */
    public static TakenPort take(int port) throws IOException {
        try {
            return new TakenPort(Awaitility.await()
                    .atMost(Duration.ofMinutes(2))
                    .ignoreException(IOException.class)
                    .until(() -> new ServerSocket(port, 1, InetAddress.getLoopbackAddress()), ServerSocket::isBound));
        } catch (ConditionTimeoutException somethingElse) {
            return new TakenPort(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
        }
    }

    /** Whether it is taken. */
    public boolean isTaken() {
        return socket.isBound();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
