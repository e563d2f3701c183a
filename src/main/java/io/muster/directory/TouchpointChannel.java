package io.muster.directory;

import io.muster.support.Fold;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** The channels on which a person is contacted; how they are written in files, answers and conditions. */
public enum TouchpointChannel {
    /** A message to a mailbox. */
    EMAIL,
    /** A text message to a phone. */
    SMS,
    /** A website: an intercept. */
    WEB,
    /** A mobile application: an intercept. */
    APP,
    /** A notification that a device shows. */
    PUSH,
    /** A message in WhatsApp. */
    WHATSAPP,
    /** A call, by a person or a machine. */
    PHONE,
    /** A letter. */
    POST,
    /** Anything else. */
    OTHER;

    /** The word that is stored and written. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The channel of that word, compared without case. */
    public static Optional<TouchpointChannel> of(String text) {
        String word = Fold.fold(Fold.trim(text));
        return Arrays.stream(values())
                .filter(channel -> channel.word().equals(word))
                .findFirst();
    }

    /** All words, for messages. */
    public static String words() {
        return Arrays.stream(values()).map(TouchpointChannel::word).collect(Collectors.joining(", "));
    }
}
