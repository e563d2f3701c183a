package io.muster.support;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Keeps Muster from asking machines of its own network on behalf of others: an address that came in through the console or
 * an API may lead to public machines only. It is checked when it is given, to say so at once, and again when it is used:
 * then the name is resolved once, all its addresses are checked, and the connection is made to one of these, so that an
 * answer of the name service that changes in between is of no use. Addresses of job files are the operator's and are not
 * checked.
 */
public final class AddressGuard {

    /** The code of the refusal of an address. */
    public static final String NOT_ALLOWED = "ADDRESS_NOT_ALLOWED";

    /** What no machine of the internet has, or what embeds another address; see the registries of IANA. */
    private static final List<Block> SPECIAL = List.of(
            Block.of("0.0.0.0", 8),
            Block.of("10.0.0.0", 8),
            Block.of("100.64.0.0", 10),
            Block.of("127.0.0.0", 8),
            Block.of("169.254.0.0", 16),
            Block.of("172.16.0.0", 12),
            Block.of("192.0.0.0", 24),
            Block.of("192.0.2.0", 24),
            Block.of("192.88.99.0", 24),
            Block.of("192.168.0.0", 16),
            Block.of("198.18.0.0", 15),
            Block.of("198.51.100.0", 24),
            Block.of("203.0.113.0", 24),
            Block.of("224.0.0.0", 3),
            Block.of("2001::", 23),
            Block.of("2001:db8::", 32),
            Block.of("2002::", 16),
            Block.of("3fff::", 20));

    /** All that is given out of IPv6. */
    private static final Block GIVEN_OUT = Block.of("2000::", 3);

    private final Resolver resolver;

    /** Finds the addresses of a name. */
    @FunctionalInterface
    public interface Resolver {

        /** All of them. */
        InetAddress[] resolve(String name) throws UnknownHostException;
    }

    private record Block(List<Byte> begin, int bits) {

        static Block of(String begin, int bits) {
            return new Block(bytes(InetAddress.ofLiteral(begin)), bits);
        }

        boolean contains(InetAddress address) {
            List<Byte> other = bytes(address);
            if (other.size() != begin.size()) {
                return false;
            }
            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >>> (bit % 8);
                if (((other.get(bit / 8) ^ begin.get(bit / 8)) & mask) != 0) {
                    return false;
                }
            }
            return true;
        }

        private static List<Byte> bytes(InetAddress address) {
            byte[] bytes = address.getAddress();
            Byte[] boxed = new Byte[bytes.length];
            Arrays.setAll(boxed, i -> bytes[i]);
            return List.of(boxed);
        }
    }

    /** With the name service of this machine. */
    public AddressGuard() {
        this(InetAddress::getAllByName);
    }

    /** With another name service. */
    public AddressGuard(Resolver resolver) {
        this.resolver = resolver;
    }

    /** Whether a machine of this address is one of the internet. */
    public static boolean isPublic(InetAddress address) {
        boolean special = address.isAnyLocalAddress()
                || address.isLoopbackAddress()
                || address.isLinkLocalAddress()
                || address.isSiteLocalAddress()
                || address.isMulticastAddress()
                || SPECIAL.stream().anyMatch(block -> block.contains(address));
        return !special && (address instanceof Inet4Address || GIVEN_OUT.contains(address));
    }

    /**
     * Refuses an address that may not be used, when somebody gives it.
     *
     * @throws Refusal with the code {@link #NOT_ALLOWED}
     */
    public void check(URI address) {
        var unused = addresses(address);
    }

    /**
     * Connects for one exchange, by TLS where the address says so, with the name of the certificate checked.
     *
     * @param timeout of connecting, and of every read
     * @throws Refusal with the code {@link #NOT_ALLOWED}
     */
    public Socket connect(URI address, Duration timeout) throws IOException {
        List<InetAddress> addresses = addresses(address);
        int milliseconds = Math.toIntExact(timeout.toMillis());
        Socket socket = new Socket();
        boolean open = false;
        try {
            socket.connect(new InetSocketAddress(addresses.getFirst(), port(address)), milliseconds);
            socket.setSoTimeout(milliseconds);
            Socket connected = isSecure(address) ? secured(socket, address) : socket;
            open = true;
            return connected;
        } finally {
            if (!open) {
                socket.close();
            }
        }
    }

    private static Socket secured(Socket socket, URI address) throws IOException {
        SSLSocketFactory factory = (SSLSocketFactory) SSLSocketFactory.getDefault();
        SSLSocket secured = (SSLSocket) factory.createSocket(socket, address.getHost(), port(address), true);
        SSLParameters parameters = secured.getSSLParameters();
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(parameters);
        secured.startHandshake();
        return secured;
    }

    private List<InetAddress> addresses(URI address) {
        String host = address.getHost();
        if (host == null || !(isSecure(address) || "http".equals(scheme(address)))) {
            throw refusal("it must begin with https:// or http:// and name a host", null);
        }
        if (address.getRawUserInfo() != null) {
            throw refusal("it must not hold a name or password", null);
        }
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        try {
            List<InetAddress> found = List.of(resolver.resolve(name));
            // One that is not public is enough: which one is connected to is up to chance.
            if (found.isEmpty() || !found.stream().allMatch(AddressGuard::isPublic)) {
                throw refusal("it leads to a machine that is not public", null);
            }
            return found;
        } catch (UnknownHostException e) {
            throw refusal("no machine of that name is known", e);
        }
    }

    private static Refusal refusal(String reason, @Nullable Exception cause) {
        Refusal refusal =
                Refusal.invalid(NOT_ALLOWED, "Cannot use the address: %s. Write another one.".formatted(reason));
        return cause == null ? refusal : refusal.causedBy(cause);
    }

    private static boolean isSecure(URI address) {
        return "https".equals(scheme(address));
    }

    private static String scheme(URI address) {
        return address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
    }

    private static int port(URI address) {
        return address.getPort() >= 0 ? address.getPort() : isSecure(address) ? 443 : 80;
    }
}
