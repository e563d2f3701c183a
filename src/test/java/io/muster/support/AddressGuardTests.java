package io.muster.support;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressGuardTests {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "127.255.255.254",
                "0.0.0.0",
                "0.1.2.3",
                "10.0.0.1",
                "100.64.0.1",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.192",
                "192.0.2.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:127.0.0.1",
                "::ffff:10.0.0.1",
                "::127.0.0.1",
                "fe80::1",
                "fec0::1",
                "fc00::1",
                "fd00:ec2::254",
                "ff02::1",
                "2001:db8::1",
                "2001::1",
                "2002:7f00:1::",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "100::1"
            })
    void refusesAddressesThatAreNotPublic(String address) {
        assertThat(AddressGuard.isPublic(InetAddress.ofLiteral(address))).isFalse();
        assertNotAllowed(new AddressGuard(), "http://" + (address.contains(":") ? "[" + address + "]" : address) + "/");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8.8.8.8", "172.32.0.1", "100.128.0.1", "192.169.0.1", "2606:4700::1111", "2a00:1450::1"})
    void acceptsPublicOnes(String address) {
        assertThat(AddressGuard.isPublic(InetAddress.ofLiteral(address))).isTrue();
        assertThatCode(() -> new AddressGuard()
                        .check(URI.create("https://" + (address.contains(":") ? "[" + address + "]" : address))))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://localhost:8080/",
                "http://2130706433/",
                "http://127.1/",
                "ftp://8.8.8.8/",
                "file:///etc/passwd",
                "//8.8.8.8/",
                "http:/x",
                "https://user:word@8.8.8.8/",
                "http://[::ffff:7f00:1]/"
            })
    void refusesOtherWaysToWriteThem(String address) {
        assertNotAllowed(new AddressGuard(), address);
    }

    @Test
    void refusesANameOfWhichOneAddressIsNotPublic() {
        assertNotAllowed(resolving(List.of(List.of("8.8.8.8", "10.0.0.1"))), "https://mixed.example.com/");
        assertNotAllowed(resolving(List.of(List.of())), "https://none.example.com/");
        assertNotAllowed(
                new AddressGuard(name -> {
                    throw new UnknownHostException(name);
                }),
                "https://unknown.example.com/");
    }

    @Test
    void looksAgainWhenItConnects() throws Exception {
        try (ServerSocket inside = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            URI address = URI.create("http://changing.example.com:" + inside.getLocalPort() + "/");
            AddressGuard guard = resolving(List.of(List.of("8.8.8.8"), List.of("127.0.0.1")));
            guard.check(address);

            assertThatExceptionOfType(Refusal.class)
                    .isThrownBy(
                            () -> guard.connect(address, Duration.ofSeconds(5)).close())
                    .withMessage(
                            "Cannot use the address: it leads to a machine that is not public. Write another one.");
            inside.setSoTimeout(100);
            assertThatExceptionOfType(SocketTimeoutException.class).isThrownBy(inside::accept);
        }
    }

    private static AddressGuard resolving(List<List<String>> answers) {
        Deque<List<String>> next = new ArrayDeque<>(answers);
        return new AddressGuard(
                name -> next.removeFirst().stream().map(InetAddress::ofLiteral).toArray(InetAddress[]::new));
    }

    private static void assertNotAllowed(AddressGuard guard, String address) {
        assertThatExceptionOfType(Refusal.class)
                .isThrownBy(() -> guard.check(URI.create(address)))
                .satisfies(refusal -> assertThat(refusal.code()).isEqualTo(AddressGuard.NOT_ALLOWED));
    }
}
