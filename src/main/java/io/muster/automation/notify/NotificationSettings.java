package io.muster.automation.notify;

import io.muster.automation.jobfile.Setting;
import io.muster.support.KnownSettings;
import io.muster.support.PublicUrl;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.util.function.Function;
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
     * {@code muster.public-url}; in the environment {@code MUSTER_MAIL_HOST} …
     *
     * @throws Refusal when one cannot be read, with its name and an example
     */
    public static NotificationSettings read(Function<String, @Nullable String> properties) {
        Settings settings = new Settings(properties);
        return new NotificationSettings(
                settings.text(KnownSettings.MAIL_HOST)
                        .map(host -> mail(host, settings))
                        .orElse(null),
                PublicUrl.read(settings).orElse(null));
    }

    private static Mail mail(String host, Settings settings) {
        Tls tls = settings.one(KnownSettings.MAIL_TLS, Tls.class);
        String from = settings.text(KnownSettings.MAIL_FROM)
                .orElseThrow(
                        () -> Settings.missing(KnownSettings.MAIL_FROM, "a mail needs a sender", "muster@example.com"));
        if (!from.contains("@")) {
            throw Settings.wrong(KnownSettings.MAIL_FROM, from, "is no mailbox", "muster@example.com");
        }

        return new Mail(
                host,
                settings.number(KnownSettings.MAIL_PORT, port(tls)),
                settings.text(KnownSettings.MAIL_USER).orElse(null),
                settings.text(KnownSettings.MAIL_PASSWORD).map(Setting::new).orElse(null),
                from,
                tls);
    }

    private static int port(Tls tls) {
        return switch (tls) {
            case NONE -> 25;
            case STARTTLS -> KnownSettings.MAIL_PORT.usual();
            case TLS -> 465;
        };
    }
}
