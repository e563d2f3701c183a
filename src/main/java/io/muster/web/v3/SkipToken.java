package io.muster.web.v3;

import io.muster.support.Ids;
import io.muster.support.PublicId;
import io.muster.support.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The text of a position in a list, bound to the list, so that the token of another list, of another installation or of
 * anybody's invention is recognised. It has no secrets and no end. Letters, digits, {@code _ - .} only: clients paste it into
 * addresses as it is.
 */
final class SkipToken {

    private static final Pattern FORM = Pattern.compile("([A-Za-z0-9_-]{0,1000})[.]([A-Za-z0-9_-]{16})");
    private static final int CHECK = 12;

    private final String installation;

    /** Tokens of the installation of these ids. */
    SkipToken(Ids ids) {
        // Any id will do: it is another one elsewhere.
        this.installation = ids.of(PublicId.LIST, 0);
    }

    /** The token of a position. */
    String of(String list, String position) {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return encoder.encodeToString(position.getBytes(StandardCharsets.UTF_8))
                + "."
                + encoder.encodeToString(check(list, position));
    }

    /** The position of a token; empty when it is none of that list. */
    Optional<String> read(String list, String token) {
        var parts = FORM.matcher(token);
        if (!parts.matches()) {
            return Optional.empty();
        }

        try {
            String position = new String(Base64.getUrlDecoder().decode(parts.group(1)), StandardCharsets.UTF_8);
            byte[] check = Base64.getUrlDecoder().decode(parts.group(2));
            return MessageDigest.isEqual(check, check(list, position))
                            && of(list, position).equals(token)
                    ? Optional.of(position)
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private byte[] check(String list, String position) {
        String all = installation + "\n" + list + "\n" + position;
        return Arrays.copyOf(Sha256.digest().digest(all.getBytes(StandardCharsets.UTF_8)), CHECK);
    }
}
