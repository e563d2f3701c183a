package io.muster.web.console.provider;

import io.muster.access.Role;
import io.muster.support.KnownSettings;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which provider is asked, and what its answers are worth.
 *
 * @param issuer as the provider writes it
 * @param secret of the client; empty for a public one
 * @param name what pages call the provider
 * @param claim where the groups or roles of a person are: a name, or a path with dots
 * @param roles what each of them is worth here
 * @param everywhere whether a new account is for all directories; else for none
 */
public record ProviderSettings(
        String issuer,
        String clientId,
        Optional<String> secret,
        String name,
        List<String> scopes,
        String claim,
        Map<String, Set<Role>> roles,
        boolean everywhere) {

    private static final int LONGEST_ISSUER = 255;

    private enum Passwords {
        ON,
        OFF
    }

    private enum Directories {
        ALL,
        NONE
    }

    /**
     * Reads {@code muster.oidc.*}; empty without an issuer.
     *
     * @throws Refusal when one cannot be used, with its name and an example
     */
    public static Optional<ProviderSettings> read(Settings settings) {
        return settings.text(KnownSettings.OIDC_ISSUER).map(issuer -> read(settings, checked(issuer)));
    }

    /** Whether passwords of this installation count: they do as long as there is no provider. */
    public static boolean passwords(Settings settings) {
        return !settings.has(KnownSettings.OIDC_ISSUER)
                || settings.one(KnownSettings.OIDC_PASSWORDS, Passwords.class) == Passwords.ON;
    }

    private static ProviderSettings read(Settings settings, URI issuer) {
        return new ProviderSettings(
                issuer.toString(),
                settings.text(KnownSettings.OIDC_CLIENT_ID)
                        .orElseThrow(() -> Settings.missing(
                                KnownSettings.OIDC_CLIENT_ID, "the provider knows this installation by it", "muster")),
                settings.secret(KnownSettings.OIDC_CLIENT_SECRET).filter(secret -> !secret.isEmpty()),
                settings.text(KnownSettings.OIDC_NAME).orElse(issuer.getHost()),
                scopes(settings.text(KnownSettings.OIDC_SCOPES)),
                settings.text(KnownSettings.OIDC_ROLES_CLAIM),
                roles(settings.text(KnownSettings.OIDC_ROLES)
                        .orElseThrow(() -> Settings.missing(
                                KnownSettings.OIDC_ROLES,
                                "without it nobody who signs in with the provider may do anything",
                                "crm-team=access; crm-heads=administer"))),
                settings.one(KnownSettings.OIDC_DIRECTORIES, Directories.class) == Directories.ALL);
    }

    private static URI checked(String issuer) {
        try {
            URI address = new URI(issuer);
            if (issuer.length() <= LONGEST_ISSUER
                    && isProtected(address)
                    && address.getRawUserInfo() == null
                    && address.getRawQuery() == null
                    && address.getRawFragment() == null) {
                return address;
            }
        } catch (URISyntaxException e) {
            // Said below.
        }

        throw Settings.wrong(
                KnownSettings.OIDC_ISSUER,
                issuer,
                "is no address with https of at most " + LONGEST_ISSUER + " characters, as the provider writes it",
                "https://login.example.com");
    }

    /** Whether nobody on the way reads or changes what is said there: by TLS, or on this very machine. */
    static boolean isProtected(URI address) {
        String host = address.getHost();
        return host != null
                && ("https".equals(address.getScheme()) || ("http".equals(address.getScheme()) && isLoopback(host)));
    }

    private static boolean isLoopback(String host) {
        try {
            return host.equals("localhost")
                    || InetAddress.ofLiteral(host.replace("[", "").replace("]", ""))
                            .isLoopbackAddress();
        } catch (IllegalArgumentException name) {
            return false;
        }
    }

    /** Never with the secret. */
    @Override
    public String toString() {
        return "ProviderSettings[" + issuer + "]";
    }

    /** Without {@code openid} there is no ID token. */
    private static List<String> scopes(String text) {
        Set<String> scopes = new LinkedHashSet<>(List.of("openid"));
        scopes.addAll(List.of(text.split("[\\s,]+")));
        return List.copyOf(scopes);
    }

    /** A group may be written with an equals sign, as in LDAP; a role is not. */
    private static Map<String, Set<Role>> roles(String text) {
        Map<String, Set<Role>> roles = new HashMap<>();
        for (String entry : text.split("[;\\n]", -1)) {
            int equals = entry.lastIndexOf('=');
            if (!entry.isBlank()) {
                String value = entry.substring(0, Math.max(0, equals)).strip();
                if (value.isEmpty()) {
                    throw wrong(text, "has an entry without a value or a role, '%s'".formatted(entry.strip()));
                }

                roles.computeIfAbsent(value, one -> EnumSet.noneOf(Role.class))
                        .add(role(text, entry.substring(equals + 1).strip()));
            }
        }

        return Map.copyOf(roles);
    }

    private static Role role(String text, String word) {
        try {
            return Role.of(word);
        } catch (Refusal unknown) {
            throw wrong(
                            text,
                            "names the role '%s', which is none of access, manage, operate, administer".formatted(word))
                    .causedBy(unknown);
        }
    }

    private static Refusal wrong(String text, String reason) {
        return Settings.wrong(KnownSettings.OIDC_ROLES, text, reason, "crm-team=access; crm-heads=administer");
    }
}
