package io.muster.web.console.provider;

/**
 * A sign-in under way, as the browser that began it keeps it.
 *
 * @param state what the provider sends back, so that an answer belongs to a question of this browser
 * @param nonce what the ID token repeats, so that it was made for this question
 * @param verifier what only the one who asked knows (PKCE)
 * @param begun epoch milliseconds
 * @param again whether the person is to prove who it is once more, although the provider knows
 */
public record Flow(String state, String nonce, String verifier, long begun, boolean again) {

    /** Never with what only this browser knows. */
    @Override
    public String toString() {
        return "Flow[" + begun + "]";
    }
}
