// A sketch of a device of protocol 2 on a GPU, in its binary mode. It was not compiled by halfulp's tests: there is no GPU.
//
//     nvcc -O2 -std=c++17 -o device device.cu            (CUDA 11.8 or later, for cuda_fp8.h)
//     hipcc -O2 -std=c++17 -o device device.cu           (HIP: the names below become hip...)
//     halfulp verify e4m3fn --from binary32 --round rne --saturate finite --subject cmd2:./device
//
// A whole batch is converted by one launch. The words are little-endian, as the host has to be.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include <unistd.h>

#ifdef __HIPCC__
#include <hip/hip_fp8.h>
#include <hip/hip_runtime.h>
#define cudaFree hipFree
#define cudaGetErrorString hipGetErrorString
#define cudaMalloc hipMalloc
#define cudaMemcpy hipMemcpy
#define cudaMemcpyDeviceToHost hipMemcpyDeviceToHost
#define cudaMemcpyHostToDevice hipMemcpyHostToDevice
#define cudaError_t hipError_t
#define cudaSuccess hipSuccess
typedef __hip_fp8_e4m3 fp8;
#else
#include <cuda_fp8.h>
typedef __nv_fp8_e4m3 fp8;
#endif

// What is verified: the conversion of the toolkit's header, which saturates.
__global__ void convert(const float *from, fp8 *to, uint32_t count) {
    uint32_t i = blockIdx.x * blockDim.x + threadIdx.x;
    if (i < count)
        to[i] = fp8(from[i]);
}

// What comes before each batch, and before the text of each task.
struct Header {
    uint8_t kind; // 1: a task, whose text follows; 2: cases
    uint8_t op, rounding, saturation;
    uint8_t case_size, answer_size, zero[2];
    uint32_t task, batch, count;
};

static void check(cudaError_t error) {
    if (error != cudaSuccess) {
        std::fprintf(stderr, "%s\n", cudaGetErrorString(error));
        std::exit(1);
    }
}

static bool get(void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t count = read(0, static_cast<char *>(bytes) + done, size - done);
        if (count <= 0)
            return false;
        done += static_cast<size_t>(count);
    }
    return true;
}

static void put(const void *bytes, size_t size) {
    for (size_t done = 0; done < size;) {
        ssize_t count = write(1, static_cast<const char *>(bytes) + done, size - done);
        if (count <= 0)
            std::exit(1);
        done += static_cast<size_t>(count);
    }
}

int main() {
    static const char manifest[] =
        "halfulp-device 2\nname GPU\nmode binary\nflags none\nnan any\n"
        "task convert binary32,e4m3fn rne finite\nready\n";
    put(manifest, std::strlen(manifest));
    std::vector<float> from;
    std::vector<uint8_t> to;
    Header header;
    while (get(&header, sizeof header)) {
        if (header.kind == 1) {
            std::vector<char> text(header.count);
            if (!get(text.data(), text.size()))
                return 1;
            continue;
        }
        from.resize(header.count);
        to.resize(header.count);
        if (!get(from.data(), from.size() * sizeof(float)))
            return 1;
        if (header.count > 0) {
            float *operands;
            fp8 *results;
            check(cudaMalloc(&operands, from.size() * sizeof(float)));
            check(cudaMalloc(&results, to.size()));
            check(cudaMemcpy(operands, from.data(), from.size() * sizeof(float), cudaMemcpyHostToDevice));
            convert<<<(header.count + 255) / 256, 256>>>(operands, results, header.count);
            check(cudaMemcpy(to.data(), results, to.size(), cudaMemcpyDeviceToHost));
            check(cudaFree(operands));
            check(cudaFree(results));
        }
        put(&header.batch, 8); // the number of the batch and of its cases
        put(to.data(), to.size());
    }
    return 0;
}
