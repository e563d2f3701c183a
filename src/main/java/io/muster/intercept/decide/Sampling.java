package io.muster.intercept.decide;

import io.muster.support.SipHash;

/**
 * Which share of the visitors an intercept is for. A reference has one number for holding out in each project, so a
 * larger share contains a smaller one, and one number for sampling in each intercept. Without a reference the draw that
 * the page keeps is the number for holding out, and decides the one for sampling.
 */
final class Sampling {

    private final int sample;
    private final int holdOut;
    private final SipHash holdOutHash;
    private final SipHash sampleHash;
    private final short[] sampleOfDraw;

    Sampling(String project, InterceptDefinition intercept) {
        this.sample = intercept.schedule().sample().hundredths();
        this.holdOut = intercept.schedule().holdOut().hundredths();
        this.holdOutHash = SipHash.keyedBy("hold-out", project);
        this.sampleHash = SipHash.keyedBy("sample", intercept.id());
        this.sampleOfDraw = sample > 0 && sample < Percentage.WHOLE ? shuffled(sampleHash) : new short[0];
    }

    boolean takesEverybody() {
        return sample == Percentage.WHOLE && holdOut == 0;
    }

    boolean takes(Reference reference) {
        return number(reference.hash(holdOutHash)) >= holdOut && number(reference.hash(sampleHash)) < sample;
    }

    boolean takes(int draw) {
        if (draw < holdOut || sample == 0) {
            return false;
        }

        return sample == Percentage.WHOLE || sampleOfDraw[draw] < sample;
    }

    private static int number(long hash) {
        return (int) Math.unsignedMultiplyHigh(hash, Percentage.WHOLE);
    }

    /** All numbers, each once, in an order that the key decides: of all draws exactly the share is taken. */
    private static short[] shuffled(SipHash hash) {
        short[] numbers = new short[Percentage.WHOLE];
        byte[] index = new byte[4];
        for (int i = 0; i < numbers.length; i++) {
            index[0] = (byte) i;
            index[1] = (byte) (i >>> 8);
            int other = (int) Math.unsignedMultiplyHigh(hash.of(index, 0, index.length), i + 1L);
            numbers[i] = numbers[other];
            numbers[other] = (short) i;
        }

        return numbers;
    }
}
