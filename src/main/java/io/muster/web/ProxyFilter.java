package io.muster.web;

import io.muster.web.call.TrustedProxies;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Makes a request look as the client has sent it to the first trusted proxy: its address, scheme, host and port. The
 * {@code X-Forwarded-*} headers of anybody else are words without weight; nothing behind this filter sees them.
 */
final class ProxyFilter extends OncePerRequestFilter {

    private static final String PREFIX = "x-forwarded-";
    private static final Pattern HOST = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9.-]+)(?::([0-9]{1,5}))?");
    private static final int HTTP = 80;
    private static final int HTTPS = 443;

    private final TrustedProxies proxies;

    ProxyFilter(TrustedProxies proxies) {
        this.proxies = proxies;
    }

    @Override
    protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
            throws IOException, ServletException {
        chain.doFilter(new Seen(request, proxies), response);
    }

    /** A request as its client has sent it. */
    private static final class Seen extends HttpServletRequestWrapper {

        private final String address;
        private final String scheme;
        private final String host;
        private final int port;

        Seen(HttpServletRequest request, TrustedProxies proxies) {
            super(request);
            boolean trusted = proxies.contains(request.getRemoteAddr());
            String said = trusted ? last(request.getHeader("X-Forwarded-Proto")) : null;
            scheme = said == null || !said.matches("(?i)https?") ? request.getScheme() : said.toLowerCase(Locale.ROOT);
            address = trusted ? address(request, proxies) : request.getRemoteAddr();
            String forwarded = trusted ? last(request.getHeader("X-Forwarded-Host")) : null;
            Matcher matcher = forwarded == null ? null : HOST.matcher(forwarded);
            if (matcher != null && matcher.matches()) {
                host = matcher.group(1);
                String named =
                        matcher.group(2) == null ? last(request.getHeader("X-Forwarded-Port")) : matcher.group(2);
                port = named != null && named.matches("[0-9]{1,5}") ? Integer.parseInt(named) : usualPort(scheme);
            } else {
                host = request.getServerName();
                // A port that the host is written with is the client's; without one it is the usual one of the scheme.
                String written = request.getHeader("Host");
                boolean isUsual = said != null && (written == null || !written.matches(".*:[0-9]+"));
                port = isUsual ? usualPort(scheme) : request.getServerPort();
            }
        }

        private static int usualPort(String scheme) {
            return scheme.equals("https") ? HTTPS : HTTP;
        }

        /** The nearest proxy speaks last. */
        private static @Nullable String last(@Nullable String values) {
            return values == null
                    ? null
                    : values.substring(values.lastIndexOf(',') + 1).strip();
        }

        /** The last address of the way that is no trusted proxy. */
        private static String address(HttpServletRequest request, TrustedProxies proxies) {
            List<String> way = new ArrayList<>();
            Collections.list(request.getHeaders("X-Forwarded-For"))
                    .forEach(values -> way.addAll(List.of(values.split(",", -1))));
            String client = request.getRemoteAddr();
            for (String hop : way.reversed()) {
                String text = hop.strip();
                if (!proxies.contains(client) || TrustedProxies.bytes(text).length == 0) {
                    return client;
                }

                client = text;
            }

            return client;
        }

        @Override
        public String getRemoteAddr() {
            return address;
        }

        @Override
        public String getRemoteHost() {
            return address;
        }

        @Override
        public String getScheme() {
            return scheme;
        }

        @Override
        public boolean isSecure() {
            return scheme.equals("https");
        }

        @Override
        public String getServerName() {
            return host;
        }

        @Override
        public int getServerPort() {
            return port;
        }

        @Override
        public StringBuffer getRequestURL() {
            StringBuffer url = new StringBuffer(scheme).append("://").append(host);
            if (port != usualPort(scheme)) {
                url.append(':').append(port);
            }

            return url.append(getRequestURI());
        }

        @Override
        public @Nullable String getHeader(String name) {
            return isHidden(name) ? null : super.getHeader(name);
        }

        @Override
        public Enumeration<String> getHeaders(String name) {
            return isHidden(name) ? Collections.emptyEnumeration() : super.getHeaders(name);
        }

        @Override
        public Enumeration<String> getHeaderNames() {
            return Collections.enumeration(Collections.list(super.getHeaderNames()).stream()
                    .filter(name -> !isHidden(name))
                    .toList());
        }

        private static boolean isHidden(String name) {
            return name.regionMatches(true, 0, PREFIX, 0, PREFIX.length());
        }
    }
}
