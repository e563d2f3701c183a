package io.muster.extract.http;

import java.io.IOException;
import java.net.http.HttpResponse.BodySubscriber;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import org.jspecify.annotations.Nullable;

/** Writes an answer's body to a file, up to a bound, and says when the last of it came. */
final class PageBody implements BodySubscriber<Path> {

    private final Path file;
    private final long bound;
    private final CompletableFuture<Path> whole = new CompletableFuture<>();
    private Flow.@Nullable Subscription subscription;
    private @Nullable FileChannel channel;
    private long written;
    private volatile long lastMoved = System.nanoTime();

    PageBody(Path file, long bound) {
        this.file = file;
        this.bound = bound;
    }

    /** When something came last, by the clock of {@link System#nanoTime}. */
    long lastMoved() {
        return lastMoved;
    }

    @Override
    public CompletionStage<Path> getBody() {
        return whole;
    }

    @Override
    public void onSubscribe(Flow.Subscription given) {
        subscription = given;
        lastMoved = System.nanoTime();
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING);
            given.request(1);
        } catch (IOException e) {
            fail(e);
        }
    }

    @Override
    public void onNext(List<ByteBuffer> buffers) {
        lastMoved = System.nanoTime();
        FileChannel open = channel;
        Flow.Subscription more = subscription;
        if (open == null || more == null) {
            return;
        }
        try {
            for (ByteBuffer buffer : buffers) {
                while (buffer.hasRemaining()) {
                    written += open.write(buffer);
                }
            }
            if (written > bound) {
                throw new PageTooLarge();
            }
            more.request(1);
        } catch (IOException | PageTooLarge e) {
            fail(e);
        }
    }

    private void fail(Exception failure) {
        if (subscription != null) {
            subscription.cancel();
        }
        onError(failure);
    }

    @Override
    public void onError(Throwable failure) {
        closed();
        whole.completeExceptionally(failure);
    }

    @Override
    public void onComplete() {
        closed();
        whole.complete(file);
    }

    private void closed() {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            whole.completeExceptionally(e);
        }
    }

    /** The body is larger than what is left of the bound. */
    static final class PageTooLarge extends RuntimeException {

        private static final long serialVersionUID = 1L;
    }
}
