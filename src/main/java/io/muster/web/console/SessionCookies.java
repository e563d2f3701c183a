package io.muster.web.console;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.springframework.session.web.http.CookieSerializer;
import org.springframework.session.web.http.DefaultCookieSerializer;

/**
 * The cookie of a session. With TLS its name says that it comes from this very host and by TLS only (RFC 6265bis, 4.1.3.2).
 * Links in mails must work, so it is sent when another site leads here, but not with what another site sends.
 */
final class SessionCookies implements CookieSerializer {

    private static final String NAME = "muster";
    private final DefaultCookieSerializer plain = serializer(NAME, false);
    private final DefaultCookieSerializer encrypted = serializer("__Host-" + NAME, true);

    private static DefaultCookieSerializer serializer(String name, boolean secure) {
        DefaultCookieSerializer serializer = new DefaultCookieSerializer();
        serializer.setCookieName(name);
        serializer.setCookiePath("/");
        serializer.setUseHttpOnlyCookie(true);
        serializer.setUseSecureCookie(secure);
        serializer.setSameSite("Lax");
        return serializer;
    }

    @Override
    public void writeCookieValue(CookieValue value) {
        (value.getRequest().isSecure() ? encrypted : plain).writeCookieValue(value);
    }

    @Override
    public List<String> readCookieValues(HttpServletRequest request) {
        return (request.isSecure() ? encrypted : plain).readCookieValues(request);
    }
}
