package io.muster.evaluator;

import io.muster.evaluator.Responses.Connection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.timeout.IdleStateEvent;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection of the public port. Its requests are answered in their order. */
final class HttpConnection extends ChannelInboundHandlerAdapter {

    /** The most bytes of a body. */
    static final int MOST_BODY = 64 * 1_024;

    private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);
    private static final String DECISIONS = "/v1/decisions";
    private static final String DEBUG_TOKEN = "X-Debug-Token";
    private static final byte[] NOTHING = {};
    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private final ServerRole role;
    private final Turn turn;
    private final ArrayDeque<Pending> pending = new ArrayDeque<>();
    private @Nullable ChannelHandlerContext context;
    private @Nullable HttpRequest request;
    private @Nullable ByteBuf body;
    private boolean ended;

    HttpConnection(ServerRole role, Turn turn) {
        this.role = role;
        this.turn = turn;
    }

    /**
     * What connections share.
     *
     * @param maxRequests the most requests in work or waiting
     */
    record ServerRole(Counts counts, Health health, InstantSource clock, int maxRequests) {}

    /** A request to decide about, or a response to it that waits for those before. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Pending(@Nullable Asked asked, byte[] response, Connection connection) {}

    /** A request for decisions. */
    @SuppressWarnings("ArrayRecordComponent") // Never compared.
    private record Asked(
            String uri,
            int query,
            byte @Nullable [] body,
            @Nullable String origin,
            @Nullable String debugToken) {}

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (ended) {
                return;
            }

            if (message instanceof HttpRequest head) {
                begin(ctx, head);
            }

            HttpRequest head = request;
            if (head != null && !ended && message instanceof HttpContent content) {
                take(head, content);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private void begin(ChannelHandlerContext ctx, HttpRequest head) {
        if (head.decoderResult().isFailure()) {
            Throwable cause = head.decoderResult().cause();
            if (cause instanceof TooLongHttpLineException) {
                refuse(414, "TOO_LONG", "the address is longer than 16 KB");
            } else if (cause instanceof TooLongHttpHeaderException) {
                refuse(431, "TOO_LONG", "the headers are longer than 16 KB");
            } else {
                refuse(400, "INVALID", "this is not HTTP");
            }

            return;
        }

        if (head.protocolVersion().majorVersion() != 1) {
            refuse(400, "INVALID", "this is not HTTP/1.1");
            return;
        }

        request = head;
        body = null;
        if (HttpUtil.getContentLength(head, 0L) > MOST_BODY) {
            refuse(413, "TOO_LARGE", Refusals.TOO_LARGE);
        } else if (HttpUtil.is100ContinueExpected(head)) {
            var ignored = ctx.writeAndFlush(Unpooled.wrappedBuffer(CONTINUE), ctx.voidPromise());
        }
    }

    private void take(HttpRequest head, HttpContent content) {
        if (content.decoderResult().isFailure()) {
            refuse(400, "INVALID", "this is not HTTP");
            return;
        }

        if (content.content().isReadable()) {
            ByteBuf all = body == null ? Unpooled.buffer(content.content().readableBytes()) : body;
            body = all;
            if (all.readableBytes() + content.content().readableBytes() > MOST_BODY) {
                refuse(413, "TOO_LARGE", Refusals.TOO_LARGE);
                return;
            }

            all.writeBytes(content.content());
        }

        if (content instanceof LastHttpContent) {
            ByteBuf whole = body;
            byte[] bytes = whole == null ? NOTHING : ByteBufUtil.getBytes(whole);
            request = null;
            body = null;
            complete(head, bytes);
        }
    }

    private void complete(HttpRequest head, byte[] bytes) {
        Connection connection =
                HttpUtil.isKeepAlive(head) && head.protocolVersion().minorVersion() > 0
                        ? Connection.KEEP
                        : Connection.CLOSE;
        String uri = head.uri();
        int question = uri.indexOf('?');
        String path = question < 0 ? uri : uri.substring(0, question);
        if (path.equals(DECISIONS)) {
            decisions(head, question < 0 ? -1 : question + 1, bytes, connection);
        } else {
            send(role.health().answer(path, head.method(), connection, second()), connection);
        }
    }

    private void decisions(HttpRequest head, int query, byte[] bytes, Connection connection) {
        boolean post = head.method().equals(HttpMethod.POST);
        if (!post && !head.method().equals(HttpMethod.GET)) {
            send(
                    Refusals.otherMethod(
                            head.method().name(),
                            head.headers().contains(HttpHeaderNames.ACCESS_CONTROL_REQUEST_METHOD),
                            connection,
                            second()),
                    connection);
            return;
        }

        role.counts().requests().increment();
        if (role.counts().inWork().get() >= role.maxRequests()) {
            role.counts().overloads().increment();
            send(Refusals.overload(connection, second()), connection);
            return;
        }

        role.counts().inWork().incrementAndGet();
        pending.add(new Pending(
                new Asked(
                        head.uri(),
                        query,
                        post ? bytes : null,
                        head.headers().get(HttpHeaderNames.ORIGIN),
                        head.headers().get(DEBUG_TOKEN)),
                NOTHING,
                connection));
        turn.add(this);
    }

    /** Answers the oldest request of this connection, and sends what waited for it. */
    void answerNext() {
        Pending next = pending.poll();
        if (next == null || next.asked() == null) {
            return;
        }

        role.counts().inWork().decrementAndGet();
        write(decide(next.asked(), next.connection()), next.connection());
        for (Pending after = pending.peek(); after != null && after.asked() == null; after = pending.peek()) {
            write(after.response(), after.connection());
            pending.remove();
        }
    }

    private byte[] decide(Asked asked, Connection connection) {
        long begun = System.nanoTime();
        try {
            return turn.decisions()
                    .answer(asked.uri(), asked.query(), asked.body(), asked.origin(), asked.debugToken(), connection);
        } catch (RuntimeException e) {
            role.counts().failures().increment();
            LOG.error("A request could not be answered", e);
            return Refusals.fault(connection, second());
        } finally {
            role.counts().answered(begun);
        }
    }

    private void refuse(int status, String code, String reason) {
        ended = true;
        send(Refusals.call(status, code, reason, second()), Connection.CLOSE);
    }

    /** Sends a response after those that its connection waits for. */
    private void send(byte[] response, Connection connection) {
        if (pending.isEmpty()) {
            write(response, connection);
        } else {
            pending.add(new Pending(null, response, connection));
        }
    }

    private void write(byte[] response, Connection connection) {
        ChannelHandlerContext ctx = context;
        if (ctx == null || !ctx.channel().isActive()) {
            return;
        }

        ByteBuf buffer = ctx.alloc().ioBuffer(response.length).writeBytes(response);
        if (connection == Connection.CLOSE) {
            ended = true;
            ctx.writeAndFlush(buffer).addListener(ChannelFutureListener.CLOSE);
        } else {
            var ignored = ctx.writeAndFlush(buffer, ctx.voidPromise());
        }
    }

    private long second() {
        return role.clock().millis() / 1_000;
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        ended = true;
        int waiting = (int) pending.stream().filter(one -> one.asked() != null).count();
        pending.clear();
        role.counts().inWork().addAndGet(-waiting);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event instanceof IdleStateEvent) {
            var ignored = ctx.close();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        LOG.debug("A connection ended", cause);
        var ignored = ctx.close();
    }
}
