package io.muster.web.v3;

/** An answer that holds {@link Meta}, which is added when it is sent. */
interface Answer {

    /** The same with what it says of itself. */
    Answer with(Meta meta);
}
