package io.muster.automation.jobfile;

import io.muster.support.Refusal;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Optional;

/** An address of HTTP in a job file. */
final class WebAddress {

    private WebAddress() {}

    /** What is wrong with such an address, as the end of a sentence that begins with it; empty when it can be used. */
    static Optional<String> fault(String text) {
        try {
            URI uri = new URI(text);
            boolean http = "https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme());
            if (http && uri.getHost() != null) {
                return uri.getRawUserInfo() == null
                        ? Optional.empty()
                        : Optional.of("must not hold a name or password. Keep the whole address outside: env:NAME or"
                                + " file:PATH");
            }
        } catch (URISyntaxException ignored) {
            // the same as any other text
        }
        return Optional.of("must be an address that begins with https:// or http://");
    }

    /** The address of that key; a message names the key only, since an address may hold a secret. */
    static URI of(String text, String key) {
        fault(text).ifPresent(reason -> {
            throw Refusal.failed("Cannot read %s: it %s.".formatted(key, reason));
        });
        return URI.create(text);
    }
}
