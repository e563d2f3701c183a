package io.muster.automation.notify;

import io.muster.automation.jobfile.Setting;
import io.muster.support.Refusal;
import java.util.Arrays;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How notifications leave the house.
 *
 * @param mail the mail server; null when none is configured
 * @param linkBase what links to runs begin with, without a slash at the end; null for no links
 */
public record NotificationSettings(
        @Nullable Mail mail, @Nullable String linkBase) {

    /**
     * A mail server.
     *
     * @param host its name
     * @param port its port
     * @param user the account; null to send without signing in
     * @param password its password, plain or as a reference ({@code env:NAME}, {@code file:PATH})
     * @param from the sender of all mail
     * @param tls how the connection is protected
     */
    public record Mail(
            String host,
            int port,
            @Nullable String user,
            @Nullable Setting password,
            String from,
            Tls tls) {

        /** Hides the password. */
        @Override
        public String toString() {
            return "Mail[" + host + ":" + port + ", " + tls + "]";
        }
    }

    /** How the connection to the mail server is protected. */
    public enum Tls {
        /** Not at all; for a server on the same machine. */
        NONE,
        /** STARTTLS, required; the usual on port 587. */
        STARTTLS,
        /** TLS from the first byte; the usual on port 465. */
        TLS
    }

    /**
     * Reads {@code muster.mail.host}, {@code .port}, {@code .user}, {@code .password}, {@code .from}, {@code .tls} and
     * {@code muster.link-base}; in the environment {@code MUSTER_MAIL_HOST} …
     *
     * @throws Refusal when one cannot be read, with its name and an example
     */
    public static NotificationSettings read(Function<String, @Nullable String> properties) {
        String base = value(properties, "muster.link-base");
        if (base != null && !base.matches("https?://\\S+")) {
            throw wrong("muster.link-base", "https://muster.example.com");
        }

        String host = value(properties, "muster.mail.host");
        return new NotificationSettings(
                host == null ? null : mail(host, properties), base == null ? null : base.replaceAll("/+$", ""));
    }

    private static Mail mail(String host, Function<String, @Nullable String> properties) {
        Tls tls = tls(value(properties, "muster.mail.tls"));
        String from = value(properties, "muster.mail.from");
        if (from == null || !from.contains("@")) {
            throw wrong("muster.mail.from", "muster@example.com");
        }

        String password = value(properties, "muster.mail.password");
        return new Mail(
                host,
                port(value(properties, "muster.mail.port"), tls),
                value(properties, "muster.mail.user"),
                password == null ? null : new Setting(password),
                from,
                tls);
    }

    private static Tls tls(@Nullable String text) {
        if (text == null) {
            return Tls.STARTTLS;
        }

        return Arrays.stream(Tls.values())
                .filter(tls -> tls.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(() -> wrong(
                        "muster.mail.tls",
                        Arrays.stream(Tls.values())
                                .map(tls -> tls.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    private static int port(@Nullable String text, Tls tls) {
        if (text == null) {
            return switch (tls) {
                case NONE -> 25;
                case STARTTLS -> 587;
                case TLS -> 465;
            };
        }

        if (!text.matches("[1-9][0-9]{0,4}") || Integer.parseInt(text) > 65_535) {
            throw wrong("muster.mail.port", "587");
        }

        return Integer.parseInt(text);
    }

    private static @Nullable String value(Function<String, @Nullable String> properties, String name) {
        String value = properties.apply(name);
        return value == null || value.isBlank() ? null : value.strip();
    }

    private static Refusal wrong(String name, String example) {
        return Refusal.usage("Cannot use the setting %s: it is missing or of the wrong form. Write for example %s."
                .formatted(name, example));
    }
}
