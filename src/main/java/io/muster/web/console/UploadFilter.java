package io.muster.web.console;

import io.muster.web.call.FilePart;
import io.muster.web.console.page.Upload;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.eclipse.jetty.http.MultiPart;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Reads the fields of forms with a file, so that the form's token is looked at before its file is taken. The file itself is left
 * to who handles the form; it is kept nowhere.
 */
final class UploadFilter extends OncePerRequestFilter {

    private static final int MOST_PARTS = 20_000;
    private static final int MOST_FIELD_BYTES = 8 << 20;

    @Override
    protected boolean shouldNotFilter(HttpServletRequest request) {
        String type = request.getContentType();
        return !request.getMethod().equals("POST")
                || type == null
                || !type.strip().toLowerCase(Locale.ROOT).startsWith("multipart/form-data")
                // Whoever has not signed in makes nobody read.
                || SecurityContextHolder.getContext().getAuthentication() == null;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws ServletException, IOException {
        String boundary = MultiPart.extractBoundary(request.getContentType());
        if (boundary == null || boundary.isBlank()) {
            response.setStatus(HttpStatus.BAD_REQUEST.value());
            return;
        }

        try (FilePart file = new FilePart(request.getInputStream(), boundary, MOST_PARTS, MOST_FIELD_BYTES)) {
            String name;
            try {
                name = file.fileName().orElse("");
            } catch (IOException e) {
                response.setStatus(HttpStatus.BAD_REQUEST.value());
                response.setHeader(HttpHeaders.CONNECTION, "close");
                return;
            }

            request.setAttribute(
                    Upload.class.getName(), new Upload(name, file, Math.max(0, request.getContentLengthLong())));
            chain.doFilter(new Fields(request, file.fields()), response);
        }
    }

    /** The request with the fields of its form as parameters, beside those of its address. */
    private static final class Fields extends HttpServletRequestWrapper {

        private final Map<String, String[]> all = new LinkedHashMap<>();

        Fields(HttpServletRequest request, Map<String, List<String>> fields) {
            super(request);
            all.putAll(request.getParameterMap());
            fields.forEach((name, values) -> all.putIfAbsent(name, values.toArray(String[]::new)));
        }

        @Override
        public @Nullable String getParameter(String name) {
            String[] values = all.get(name);
            return values == null ? null : values[0];
        }

        @Override
        public String @Nullable [] getParameterValues(String name) {
            return all.get(name);
        }

        @Override
        public Map<String, String[]> getParameterMap() {
            return Collections.unmodifiableMap(all);
        }

        @Override
        public Enumeration<String> getParameterNames() {
            return Collections.enumeration(all.keySet());
        }
    }
}
