package io.muster.web.console.page;

import jakarta.servlet.http.HttpServletRequest;
import java.io.InputStream;
import java.util.Optional;

/**
 * A file in a form, which is read as it comes; it is the last field of its form, so that the others are known before.
 *
 * @param name as the browser says; empty when none was chosen
 * @param expected how many bytes it has, as far as that is known, else 0
 */
public record Upload(String name, InputStream content, long expected) {

    /** The file of a form; empty when none was chosen. */
    public static Optional<Upload> of(HttpServletRequest request) {
        return request.getAttribute(Upload.class.getName()) instanceof Upload upload
                        && !upload.name().isBlank()
                ? Optional.of(upload)
                : Optional.empty();
    }
}
