package io.muster.web.v3;

import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.Optional;

/** Whole addresses, as clients are sent to them. */
final class Links {

    private final Optional<String> publicUrl;

    /** @param publicUrl what they begin with; empty: what the caller used */
    Links(Optional<String> publicUrl) {
        this.publicUrl = publicUrl;
    }

    /** The address of a path, with its query where it has one. */
    String to(HttpServletRequest request, String path) {
        String base = publicUrl.orElseGet(() -> {
            URI uri = URI.create(request.getRequestURL().toString().replaceAll("(?s)^(https?://[^/]+).*", "$1"));
            return uri.toString();
        });
        return base + path;
    }
}
