package io.muster.database;

import io.muster.support.Refusal;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A JDBC URL taken apart.
 *
 * @param server everything before the schema, for example {@code jdbc:mysql://host:3306}
 * @param schema the schema it names; empty when it names none
 * @param parameters what stands behind the question mark, decoded; may hold a password
 */
record JdbcAddress(String server, Optional<String> schema, Map<String, String> parameters) {

    private static final Pattern URL =
            Pattern.compile("jdbc:(mysql|mariadb)((?:[:+][\\w+:]*)?)//([^/?]+)(?:/([^?]*))?(?:\\?(.*))?");
    private static final String EXAMPLE = "jdbc:mysql://localhost:3306/?user=muster";

    static JdbcAddress parse(String url) {
        Matcher matcher = URL.matcher(url.strip());
        if (!matcher.matches()) {
            throw Refusal.usage(
                    "Cannot use MUSTER_DATABASE_URL: it is no JDBC URL of MySQL or MariaDB. Give one like %s."
                            .formatted(EXAMPLE));
        }

        Map<String, String> parameters = new LinkedHashMap<>();
        String query = matcher.group(5) == null ? "" : matcher.group(5);
        for (String pair : query.split("&", -1)) {
            if (!pair.isBlank()) {
                int equals = pair.indexOf('=');
                parameters.put(
                        decoded(equals < 0 ? pair : pair.substring(0, equals)),
                        equals < 0 ? "" : decoded(pair.substring(equals + 1)));
            }
        }

        return new JdbcAddress(
                "jdbc:mysql" + matcher.group(2) + "//" + matcher.group(3),
                Optional.ofNullable(matcher.group(4)).filter(name -> !name.isBlank()),
                parameters);
    }

    /** The URL of a schema, without any parameter. */
    String url(String schema) {
        return server + "/" + schema;
    }

    /** Where it is, for messages: no parameters, no credentials. */
    String display() {
        return server.substring(server.indexOf("//") + 2).replaceAll("[^@]*@", "");
    }

    /** The driver's properties: the URL's own, and the given ones where the URL has none. */
    Properties properties(Map<String, String> defaults) {
        Properties properties = new Properties();
        properties.putAll(parameters);
        defaults.forEach((name, value) -> {
            if (parameters.keySet().stream().noneMatch(name::equalsIgnoreCase)) {
                properties.setProperty(name, value);
            }
        });
        return properties;
    }

    /** A parameter of the URL, whatever the case of its name. */
    Optional<String> parameter(String name) {
        return parameters.entrySet().stream()
                .filter(parameter -> parameter.getKey().equalsIgnoreCase(name))
                .map(Map.Entry::getValue)
                .findFirst();
    }

    /** The same address with one parameter set. */
    JdbcAddress with(String name, String value) {
        Map<String, String> more = without(name);
        more.put(name, value);
        return new JdbcAddress(server, schema, more);
    }

    private Map<String, String> without(String name) {
        Map<String, String> rest = new LinkedHashMap<>(parameters);
        rest.keySet().removeIf(other -> other.toLowerCase(Locale.ROOT).equals(name.toLowerCase(Locale.ROOT)));
        return rest;
    }

    private static String decoded(String text) {
        // A plus sign is no blank here: passwords have them.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
