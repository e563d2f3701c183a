package io.muster.intercept.decide;

import io.muster.intercept.decide.PageTest.Device;
import io.muster.intercept.decide.Reference.Form;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What one call asks. It is filled anew for each call. Not safe for several threads. */
public final class DecisionCall {

    /** No draw was sent. */
    public static final int NO_DRAW = -1;

    private final Reference reference = new Reference();
    private final List<String> intercepts = new ArrayList<>();
    private Form form = Form.BLANK;
    private @Nullable String signature;
    private @Nullable String url;
    private @Nullable Device device;
    private int draw = NO_DRAW;
    private long at;

    /** Forgets the call before and sets the moment, epoch milliseconds. */
    public DecisionCall at(long moment) {
        form = Form.BLANK;
        intercepts.clear();
        signature = null;
        url = null;
        device = null;
        draw = NO_DRAW;
        at = moment;
        return this;
    }

    /** The reference, to be written; {@link #referenceWritten()} ends it. */
    public Reference reference() {
        return reference;
    }

    /** Ends a reference; an invalid one must not be decided about. */
    public Form referenceWritten() {
        form = reference.finish();
        return form;
    }

    /** Takes a whole reference; an invalid one must not be decided about. */
    public Form reference(CharSequence text) {
        form = reference.of(text);
        return form;
    }

    /** Sets the signature of the reference. */
    public DecisionCall signature(@Nullable String text) {
        signature = text;
        return this;
    }

    /** Asks about this intercept, and others so named, only. */
    public DecisionCall intercept(String id) {
        if (!intercepts.contains(id)) {
            intercepts.add(id);
        }

        return this;
    }

    /** Sets the address of the page. */
    public DecisionCall url(@Nullable String address) {
        url = address;
        return this;
    }

    /** Sets the device. */
    public DecisionCall device(@Nullable Device used) {
        device = used;
        return this;
    }

    /** Sets the draw of a visitor without a reference, from 0 to 9,999. */
    public DecisionCall draw(int number) {
        draw = number;
        return this;
    }

    boolean hasReference() {
        return form == Form.PRESENT;
    }

    @Nullable
    String signature() {
        return signature;
    }

    @Nullable
    String url() {
        return url;
    }

    @Nullable
    Device device() {
        return device;
    }

    int draw() {
        return draw;
    }

    long at() {
        return at;
    }

    /** The intercepts asked about; empty for all. */
    List<String> intercepts() {
        return intercepts;
    }
}
