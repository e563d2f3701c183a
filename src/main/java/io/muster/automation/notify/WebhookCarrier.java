package io.muster.automation.notify;

import io.muster.automation.jobfile.References;
import io.muster.automation.jobfile.Setting;
import io.muster.extract.source.SecretRef;
import io.muster.support.Refusal;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Duration;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Posts JSON. Any answer of 200 to 299 is a delivery; redirects are not followed, so that a signed message goes nowhere
 * else.
 */
final class WebhookCarrier implements Carrier {

    /** {@code t=SECONDS,v1=HEX}: HMAC-SHA256 of the time, a dot and the body. */
    static final String SIGNATURE = "Muster-Signature";

    /** The same in all attempts of one notification. */
    static final String DELIVERY = "Muster-Delivery";

    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final String ALGORITHM = "HmacSHA256";

    private final References references;
    private final Clock clock;
    private final HttpClient client = HttpClient.newBuilder()
            .connectTimeout(PATIENCE)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();

    WebhookCarrier(References references, Clock clock) {
        this.references = references;
        this.clock = clock;
    }

    @Override
    public void carry(Letter letter) throws NotDelivered {
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(address(letter))
                    .timeout(PATIENCE)
                    .header("Content-Type", "application/json")
                    .header("User-Agent", "Muster")
                    .header(DELIVERY, Long.toString(letter.id()))
                    .POST(HttpRequest.BodyPublishers.ofString(letter.message()));
            String secretRef = letter.secretRef();
            if (secretRef != null) {
                String secret = references.value(SecretRef.of(secretRef), "the secret of the webhook");
                request.header(SIGNATURE, signature(secret, letter.message()));
            }

            int status = client.send(request.build(), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
            if (status < 200 || status > 299) {
                throw new NotDelivered("The webhook answered " + status + ".");
            }
        } catch (IOException failure) {
            String text = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
            throw new NotDelivered("The webhook was not reached: " + text, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NotDelivered("The process is shutting down.", interrupted);
        } catch (Refusal refusal) {
            throw new NotDelivered(refusal.getMessage(), refusal);
        }
    }

    private URI address(Letter letter) throws NotDelivered {
        String text = references.value(new Setting(letter.destination()), "the webhook");
        if (!text.matches("(?i)https?://\\S+")) {
            throw new NotDelivered("The address of the webhook does not begin with https:// or http://.");
        }

        try {
            return URI.create(text);
        } catch (IllegalArgumentException ignored) {
            throw new NotDelivered("The address of the webhook cannot be read.");
        }
    }

    private String signature(String secret, String body) {
        long seconds = clock.instant().getEpochSecond();
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            byte[] hash = mac.doFinal((seconds + "." + body).getBytes(StandardCharsets.UTF_8));
            return "t=" + seconds + ",v1=" + HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException | InvalidKeyException impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
