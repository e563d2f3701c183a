package io.muster.web.v3;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.muster.access.Bearers;
import io.muster.access.Bearers.Extent;
import io.muster.access.Scope;
import io.muster.access.Token;
import io.muster.web.call.Bodies;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** Exchanges a token for a bearer, as programs of OAuth want it. */
@RestController
final class OauthController {

    private static final int MOST = 64 * 1_024;
    private static final Pattern BOUNDARY = Pattern.compile("(?i);\\s*boundary=(?:\"([^\"]+)\"|([^;\\s]+))");
    private static final Pattern NAME = Pattern.compile("(?i);\\s*name=(?:\"([^\"]*)\"|([^;\\s]+))");

    private final Credentials credentials;
    private final Bearers bearers;

    OauthController(Credentials credentials, Bearers bearers) {
        this.credentials = credentials;
        this.bearers = bearers;
    }

    /** A bearer, in the words of OAuth. */
    record Issued(
            @JsonProperty("access_token") String accessToken,
            @JsonProperty("token_type") String tokenType,
            @JsonProperty("expires_in") long expiresIn,
            String scope) {}

    @PostMapping(V3Paths.TOKEN)
    Issued issue(HttpServletRequest request) throws IOException {
        Token token = credentials.ofBasic(request);
        Map<String, String> fields = fields(request);
        if (!"client_credentials".equals(fields.get("grant_type"))) {
            throw V3Exception.bad(
                    "BAD_FIELD",
                    "Cannot issue a bearer: only the grant client_credentials is known. Ask for that one.");
        }

        Extent extent = readsOnly(fields.getOrDefault("scope", "")) ? Extent.READS_ONLY : Extent.AS_TOKEN;
        return new Issued(bearers.issue(token, extent), "Bearer", Bearers.LIFE.toSeconds(), scope(token, extent));
    }

    private static boolean readsOnly(String scope) {
        List<String> words = Arrays.stream(scope.split("\\s+"))
                .filter(word -> !word.isEmpty())
                .toList();
        return !words.isEmpty() && words.stream().allMatch(word -> word.startsWith("read:"));
    }

    private static String scope(Token token, Extent extent) {
        if (extent == Extent.READS_ONLY) {
            return token.allows(Scope.READ) ? Scope.READ.word() : "";
        }

        return token.scopes().stream().sorted().map(Scope::word).collect(Collectors.joining(" "));
    }

    /** The fields of a form, in either of its two types. */
    private static Map<String, String> fields(HttpServletRequest request) throws IOException {
        String type = Optional.ofNullable(request.getContentType()).orElse("");
        byte[] body = Bodies.read(request.getInputStream(), request.getContentLengthLong(), MOST);
        String text = new String(body, StandardCharsets.UTF_8);
        return type.toLowerCase(Locale.ROOT).startsWith("multipart/form-data") ? parts(type, text) : pairs(text);
    }

    private static Map<String, String> pairs(String text) {
        Map<String, String> fields = new HashMap<>();
        for (String pair : text.split("&", -1)) {
            String[] parts = pair.split("=", 2);
            if (parts.length == 2) {
                fields.putIfAbsent(decoded(parts[0]), decoded(parts[1]));
            }
        }

        return fields;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.strip(), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    private static Map<String, String> parts(String type, String text) {
        Map<String, String> fields = new HashMap<>();
        group(BOUNDARY.matcher(type)).ifPresent(boundary -> {
            for (String part : text.split(Pattern.quote("--" + boundary), -1)) {
                String[] halves = part.split("\r\n\r\n", 2);
                if (halves.length == 2) {
                    group(NAME.matcher(halves[0])).ifPresent(name -> fields.putIfAbsent(name, halves[1].strip()));
                }
            }
        });
        return fields;
    }

    private static Optional<String> group(Matcher matcher) {
        return matcher.find()
                ? Optional.of(matcher.group(1) == null ? matcher.group(2) : matcher.group(1))
                : Optional.empty();
    }
}
