package io.muster.app;

import java.util.AbstractList;
import java.util.List;
import java.util.function.Supplier;
import org.springframework.util.function.SingletonSupplier;

/** A list that is read when somebody first looks at it, for what many answers hold and few readers want. */
final class LaterList<T> extends AbstractList<T> {

    private final SingletonSupplier<List<T>> read;

    LaterList(Supplier<List<T>> read) {
        this.read = SingletonSupplier.of(read);
    }

    @Override
    public T get(int index) {
        return read.obtain().get(index);
    }

    @Override
    public int size() {
        return read.obtain().size();
    }
}
