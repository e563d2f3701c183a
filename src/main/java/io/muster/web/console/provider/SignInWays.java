package io.muster.web.console.provider;

import io.muster.access.User;
import io.muster.access.User.Origin;
import io.muster.support.PublicUrl;
import io.muster.support.Refusal;
import io.muster.support.Settings;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.web.servlet.support.ServletUriComponentsBuilder;
import tools.jackson.databind.json.JsonMapper;

/**
 * How people sign in here.
 *
 * @param provider with which they do; empty for none
 * @param passwords whether passwords of this installation count
 * @param publicUrl what addresses of the console begin with; empty: what the browser uses
 */
public record SignInWays(Optional<Provider> provider, boolean passwords, Optional<String> publicUrl) {

    /** As it is set. Nothing of a provider is loaded where none is set. */
    public static SignInWays read(Settings settings, JsonMapper json, InstantSource clock) {
        return new SignInWays(
                ProviderSettings.read(settings).map(found -> new Provider(found, json, clock)),
                ProviderSettings.passwords(settings),
                PublicUrl.read(settings));
    }

    /** Whether an account may be used, for the way in which its person signs in. */
    public boolean allow(User user) {
        Origin origin = user.origin();
        return origin == null
                ? passwords
                : provider.filter(one -> one.issuer().equals(origin.issuer())).isPresent();
    }

    /** The provider; a refusal when there is none. */
    public Provider requireProvider() {
        return provider.orElseThrow(() ->
                Refusal.notFound("NO_PROVIDER", "No provider is set up for signing in. Sign in with a password."));
    }

    /** Refuses what is done with passwords where they do not count. */
    public void requirePasswords() {
        if (!passwords) {
            throw Refusal.conflict(
                    "NO_PASSWORDS",
                    "Passwords of Muster do not count here. Sign in with %s."
                            .formatted(requireProvider().name()));
        }
    }

    /** An address of the console as others must name it. */
    public String address(String path) {
        return publicUrl.orElseGet(() -> ServletUriComponentsBuilder.fromCurrentContextPath()
                        .build()
                        .toUriString())
                + path;
    }
}
