package io.muster.web.call;

import io.muster.support.KnownSettings;
import io.muster.support.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The proxies whose word counts about who calls: addresses and networks. */
public final class TrustedProxies {

    private static final Pattern ADDRESS = Pattern.compile("[0-9A-Fa-f:.]+");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,3}");
    private static final String EXAMPLE = "10.0.0.0/8, 192.168.7.1";

    private final List<Network> networks;

    /**
     * The addresses that begin with the same bits.
     *
     * @param bits how many of them
     */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Network(byte[] address, int bits) {

        boolean contains(byte[] other) {
            if (other.length != address.length) {
                return false;
            }

            for (int bit = 0; bit < bits; bit++) {
                int mask = 0x80 >> bit % 8;
                if ((address[bit / 8] & mask) != (other[bit / 8] & mask)) {
                    return false;
                }
            }

            return true;
        }
    }

    private TrustedProxies(List<Network> networks) {
        this.networks = networks;
    }

    /**
     * Reads addresses and networks with commas between; {@code loopback} stands for this machine, {@code none} for no
     * proxy.
     */
    public static TrustedProxies of(String text) {
        List<Network> networks = new ArrayList<>();
        for (String part : text.split(",", -1)) {
            String word = part.strip();
            switch (word) {
                case "none", "" -> {}
                case "loopback" -> {
                    networks.add(network("127.0.0.0/8"));
                    networks.add(network("::1"));
                }
                default -> networks.add(network(word));
            }
        }

        return new TrustedProxies(List.copyOf(networks));
    }

    private static Network network(String word) {
        int slash = word.indexOf('/');
        String address = slash < 0 ? word : word.substring(0, slash);
        byte[] bytes = bytes(address);
        String bits = slash < 0 ? String.valueOf(bytes.length * 8) : word.substring(slash + 1);
        if (bytes.length == 0 || !DIGITS.matcher(bits).matches() || Integer.parseInt(bits) > bytes.length * 8) {
            throw Settings.wrong(KnownSettings.TRUSTED_PROXIES, word, "is no address and no network", EXAMPLE);
        }

        return new Network(bytes, Integer.parseInt(bits));
    }

    /** The bytes of an address that is written with numbers; none for anything else, which is never looked up. */
    public static byte[] bytes(String address) {
        if (!ADDRESS.matcher(address).matches() || (address.indexOf(':') < 0 && address.split("\\.", -1).length != 4)) {
            return new byte[0];
        }

        try {
            return InetAddress.getByName(address).getAddress();
        } catch (UnknownHostException e) {
            return new byte[0];
        }
    }

    /** Whether the address is that of a trusted proxy. */
    public boolean contains(String address) {
        byte[] bytes = bytes(address);
        return networks.stream().anyMatch(network -> network.contains(bytes));
    }
}
