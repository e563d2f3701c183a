package io.muster.extract.http;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Addresses of pages. */
final class Address {

    private static final Pattern LINK = Pattern.compile("<([^>]*)>((?:\\s*;\\s*[^,;<\"]*(?:\"[^\"]*\")?)*)");
    private static final Pattern REL = Pattern.compile("(?i);\\s*rel\\s*=\\s*(?:\"([^\"]*)\"|([^\\s;,\"]+))");

    private Address() {}

    /** The address with that parameter, in place of one of the same name. */
    static URI with(URI address, String name, String value) {
        List<String> parameters = new ArrayList<>();
        if (address.getRawQuery() != null) {
            for (String parameter : address.getRawQuery().split("&", -1)) {
                if (!parameter.isEmpty() && !nameOf(parameter).equals(name)) {
                    parameters.add(parameter);
                }
            }
        }
        parameters.add(encoded(name) + "=" + encoded(value));
        String text = address.toString().replaceFirst("[?#].*", "");
        return URI.create(text + "?" + String.join("&", parameters));
    }

    private static String nameOf(String parameter) {
        String name = parameter.split("=", 2)[0];
        try {
            return URLDecoder.decode(name, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return name;
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** Where a link leads; one of parameters only stays at the path, which {@link URI#resolve} does not. */
    static URI resolved(String link, URI from) throws URISyntaxException {
        String target = link.strip().replaceFirst("#.*", "");
        return target.isEmpty() || target.startsWith("?")
                ? new URI(from.toString().replaceFirst("[?#].*", "") + target)
                : from.resolve(new URI(target));
    }

    /** Whether both are of the same scheme, host and port, so that what may be sent to one may be sent to the other. */
    static boolean sameOrigin(URI one, URI other) {
        return String.valueOf(one.getScheme()).equalsIgnoreCase(other.getScheme())
                && String.valueOf(one.getHost()).equalsIgnoreCase(other.getHost())
                && port(one) == port(other);
    }

    private static int port(URI address) {
        boolean secure = "https".equals(String.valueOf(address.getScheme()).toLowerCase(Locale.ROOT));
        return address.getPort() >= 0 ? address.getPort() : secure ? 443 : 80;
    }

    /** The target of {@code rel=next} in headers {@code Link}. */
    static Optional<String> next(List<String> links) {
        for (String header : links) {
            Matcher link = LINK.matcher(header);
            while (link.find()) {
                Matcher rel = REL.matcher(link.group(2));
                while (rel.find()) {
                    String kinds = rel.group(1) == null ? rel.group(2) : rel.group(1);
                    if (List.of(kinds.toLowerCase(Locale.ROOT).split("\\s+", -1))
                            .contains("next")) {
                        return Optional.of(link.group(1).strip());
                    }
                }
            }
        }
        return Optional.empty();
    }
}
