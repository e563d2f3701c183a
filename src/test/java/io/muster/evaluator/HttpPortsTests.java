package io.muster.evaluator;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.muster.evaluator.EvaluatorSettings.Address;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How long a connection may be silent. */
class HttpPortsTests {

    private static final InstantSource CLOCK = InstantSource.system();

    @Test
    void aConnectionMayBeSilentForMoreThanAMinute() {
        assertThat(HttpPorts.IDLE).isEqualTo(Duration.ofSeconds(75));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /health/live HTTP/1.1\r\nHost: a\r\n",
                "POST /v1/decisions HTTP/1.1\r\nContent-Length: 9\r\n\r\n{"
            })
    void aSilentConnectionIsClosed(String sent) throws IOException {
        try (HttpPorts ports = new HttpPorts(Duration.ofMillis(200));
                Socket socket = connect(ports)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().read()).as("the end").isEqualTo(-1);
        }
    }

    private static Socket connect(HttpPorts ports) throws IOException {
        Counts counts = new Counts(new SimpleMeterRegistry());
        Served nothing = new Served(Map.of());
        HttpConnection.ServerRole role =
                new HttpConnection.ServerRole(counts, new Health(() -> nothing, Map::of), CLOCK, 1);
        InetSocketAddress address = ports.listen(
                new Address("127.0.0.1", 0, true),
                "MUSTER_EVALUATOR_PORT",
                loop -> new HttpConnection(
                        role,
                        new Turn(loop, new Decisions(() -> nothing, () -> false, Duration.ofHours(1), CLOCK, counts))));
        return new Socket(address.getAddress(), address.getPort());
    }
}
