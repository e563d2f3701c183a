package io.muster.web.v3;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpURI;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http.UriCompliance.Violation;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.Request;

/**
 * Takes superfluous slashes out of the addresses of the API before anything looks at them, as clients glue them together. Other
 * addresses are left as they are, and refused with such slashes.
 */
public final class PlainPaths implements HttpConfiguration.Customizer {

    private static final UriCompliance COMPLIANCE =
            UriCompliance.DEFAULT.with("MUSTER", Violation.AMBIGUOUS_EMPTY_SEGMENT);

    /** Makes a connector take them. */
    public static void install(HttpConfiguration configuration) {
        configuration.setUriCompliance(COMPLIANCE);
        configuration.addCustomizer(new PlainPaths());
    }

    @Override
    public Request customize(Request request, HttpFields.Mutable answer) {
        String path = request.getHttpURI().getPath();
        if (path == null) {
            return request;
        }

        String plain = V3Paths.plain(path);
        if (plain.equals(path) || !V3Paths.isOurs(plain)) {
            return request;
        }

        HttpURI uri = HttpURI.build(request.getHttpURI()).path(plain).asImmutable();
        return new Request.Wrapper(request) {
            @Override
            public HttpURI getHttpURI() {
                return uri;
            }
        };
    }
}
