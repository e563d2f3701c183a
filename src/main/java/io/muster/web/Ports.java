package io.muster.web;

import io.muster.support.Refusal;
import io.muster.web.WebSettings.Listen;
import java.net.BindException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.channels.UnresolvedAddressException;

/** Addresses that are listened on, in words. */
final class Ports {

    private Ports() {}

    /** An address as host and port. */
    static String text(String host, int port) {
        String address = address(host).getHostAddress();
        return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
    }

    /** The address of a host of this machine. */
    static InetAddress address(String host) {
        try {
            return InetAddress.getByName(host);
        } catch (UnknownHostException failure) {
            throw Refusal.failed(
                    "Cannot listen on %s: this address is not known. Give one of this machine.".formatted(host),
                    failure);
        }
    }

    /**
     * The refusal of a port that cannot be listened on; any other failure as it is.
     *
     * @param setting the variable that sets another port
     */
    static RuntimeException cannotListen(Listen wanted, String setting, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof BindException || cause instanceof UnresolvedAddressException) {
                return Refusal.failed(
                        "Cannot listen on %s:%d: %s. Set %s to a free port, or 0 for any."
                                .formatted(wanted.host(), wanted.port(), cause.getMessage(), setting),
                        failure);
            }
        }

        return failure instanceof RuntimeException unexpected ? unexpected : new IllegalStateException(failure);
    }
}
