package io.muster.dedup.resolve;

import io.muster.directory.IdentityKey;
import io.muster.directory.KeyOwner;
import io.muster.load.EventKey;
import io.muster.load.EventKind;
import io.muster.load.StoredEvent;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The directory as a survey sees it. What it answers may be overtaken by other writers; the load finds out and has the
 * rows resolved again.
 */
public interface DirectoryView extends AutoCloseable {

    /** What was looked up for some rows before their turn. */
    interface Ahead {}

    /**
     * Looks up what rows will need, on any thread and while others are being resolved; null where that is of no use.
     *
     * @param rows some that are to be resolved, without any that were looked up already
     */
    default @Nullable Ahead lookAhead(List<IncomingRow> rows) {
        return null;
    }

    /** Gives what was looked up for the rows that come next; null when nothing was. */
    default void take(@Nullable Ahead ahead) {}

    /** Gets ready for questions about these rows; {@code keys} are further keys that will be asked for. */
    void prepare(List<IncomingRow> rows, List<IdentityKey> keys);

    /** The owner of a key, see {@link KeyOwner}. */
    long owner(IdentityKey key);

    /** The numbers of the other contacts holding a key's value, ascending. */
    List<Long> shadows(IdentityKey key);

    /** A contact; null when it is gone. */
    @Nullable
    SurveyedContact contact(long number);

    /** References that merges left to a contact. */
    List<String> aliases(long number);

    /** Keys by whose content a contact is found again, which no rule can recognise. */
    List<IdentityKey> contentKeys(long number);

    /** The numbers of contacts that merges made part of a contact, directly or through others. */
    List<Long> absorbed(long number);

    /**
     * Whether the view can tell at small cost that a row says exactly what is stored of a contact and its membership, so
     * that no policy lets it change anything. False says nothing.
     */
    default boolean isAsStored(long number, IncomingRow.Values row) {
        return false;
    }

    /** The number of the contact that merges made a contact part of that is gone; 0 when it went otherwise. */
    long survivor(long number);

    /**
     * Gets ready for questions about keys of transactions or touchpoints; others may be asked for as well.
     *
     * @param ofIds keys that {@link #event} will be asked about
     * @param ofContent keys that {@link #hasEvent} will be asked about
     */
    default void prepare(EventKind kind, Set<EventKey> ofIds, Set<EventKey> ofContent) {}

    /** The whole keys of all that is recorded for a contact. */
    List<EventKey> events(EventKind kind, long number);

    /** Whether the whole key of a transaction or touchpoint is recorded already. */
    boolean hasEvent(EventKind kind, EventKey key);

    /** The transaction or touchpoint of a whole key; null when there is none. */
    @Nullable
    StoredEvent event(EventKind kind, EventKey key);

    /** Whether there are transactions or touchpoints whose keys were computed before ids were kept. */
    boolean hasFormerEvents();

    @Override
    void close();
}
