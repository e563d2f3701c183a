package io.muster.automation.jobfile;

import io.muster.extract.source.SecretRef;
import io.muster.support.document.binding.About;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Who is notified of which runs: mailboxes or a webhook. */
public record NotificationRule(
        @NotNull
        @About("Which runs: never, on-failure (failed runs), on-rejects (failed ones and those with rejected rows),"
                + " always.")
        When when,

        @Size(max = 50)
        @About("Mailboxes that get the summary; the mail server is set in the configuration, see notifications.md.")
        List<
                        @Pattern(
                                regexp = "[^\\s@<>,;\"]+@[^\\s@<>,;\"]+",
                                message = "must be a mailbox such as ops@example.com")
                        String>
                email,

        @About("HTTP or HTTPS address that gets the summary as JSON by POST; may be env:NAME or file:PATH.") @Nullable
        Setting webhook,

        @About("Secret of the webhook's signature (HMAC-SHA256), as env:NAME or file:PATH.") @Nullable
        SecretRef secret) {

    /** Which runs lead to a notification. */
    public enum When {
        /** None; switches the rule off. */
        NEVER,
        /** Runs that failed. */
        ON_FAILURE,
        /** Runs that failed or rejected rows. */
        ON_REJECTS,
        /** All runs. */
        ALWAYS
    }

    /** Fills in what may be absent. */
    public NotificationRule {
        email = email == null ? List.of() : List.copyOf(email);
    }
}
