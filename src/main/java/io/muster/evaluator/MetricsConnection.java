package io.muster.evaluator;

import io.muster.evaluator.Responses.Connection;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** One connection of the port of metrics; it ends with its answer. */
final class MetricsConnection extends ChannelInboundHandlerAdapter {

    private static final String TEXT = "Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n";

    private final EvaluatorMetrics metrics;
    private final InstantSource clock;

    MetricsConnection(EvaluatorMetrics metrics, InstantSource clock) {
        this.metrics = metrics;
        this.clock = clock;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        try {
            if (message instanceof HttpRequest request) {
                ctx.writeAndFlush(Unpooled.wrappedBuffer(answer(request))).addListener(ChannelFutureListener.CLOSE);
            }
        } finally {
            ReferenceCountUtil.release(message);
        }
    }

    private byte[] answer(HttpRequest request) {
        long second = clock.millis() / 1_000;
        String uri = request.uri();
        String path = uri.indexOf('?') < 0 ? uri : uri.substring(0, uri.indexOf('?'));
        if (!path.equals("/metrics")) {
            return Responses.of(
                    404,
                    Responses.JSON,
                    AnswerText.error("NOT_FOUND", "Cannot answer: this address does not exist.", null),
                    Connection.CLOSE,
                    second);
        }

        if (!request.method().equals(HttpMethod.GET)) {
            return Responses.of(
                    405,
                    Responses.JSON,
                    AnswerText.error("METHOD_NOT_ALLOWED", "Cannot answer: use GET.", null),
                    Connection.CLOSE,
                    second);
        }

        return Responses.of(200, TEXT, metrics.scrape().getBytes(StandardCharsets.UTF_8), Connection.CLOSE, second);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        var ignored = ctx.close();
    }
}
