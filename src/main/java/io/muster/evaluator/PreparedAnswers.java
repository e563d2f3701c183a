package io.muster.evaluator;

import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;

/**
 * The public answers of one project, as whole responses. An answer says show or hide for each intercept, so there are few of
 * them; each is made once a second, for its date.
 */
final class PreparedAnswers {

    /** The most intercepts of a project whose answers are kept: 1,024 answers. */
    static final int MOST_INTERCEPTS = 10;

    private final AtomicReferenceArray<Response> responses;

    PreparedAnswers(int intercepts) {
        this.responses = new AtomicReferenceArray<>(intercepts > MOST_INTERCEPTS ? 0 : 1 << intercepts);
    }

    /** A response that is good for one second. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Response(long second, boolean stale, byte[] bytes) {}

    boolean hasRoom() {
        return responses.length() > 0;
    }

    byte[] get(int shown, long second, boolean stale, Supplier<byte[]> maker) {
        Response there = responses.getAcquire(shown);
        if (there != null && there.second == second && there.stale == stale) {
            return there.bytes;
        }

        byte[] bytes = maker.get();
        responses.setRelease(shown, new Response(second, stale, bytes));
        return bytes;
    }
}
