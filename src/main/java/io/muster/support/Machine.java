package io.muster.support;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** The machine that this process runs on. */
public final class Machine {

    private Machine() {}

    /** Its name, as {@code HOSTNAME} says, else as the system does. */
    public static String name() {
        String host = System.getenv("HOSTNAME");
        return host == null || host.isBlank() ? ofSystem() : host.strip();
    }

    private static String ofSystem() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this machine";
        }
    }
}
