using System.Runtime.CompilerServices;

namespace HpcLinReg;

internal static partial class CholeskyFactor
{
    /// <summary>
    /// Does all eight steps of a block on the diagonal in scalars. Returns false, and writes nothing, when a pivot is not above its floor.
    /// </summary>
    /// <remarks>
    /// Each pivot waits for a square root, two products and a subtraction; moving values from lane to lane of a vector would make it wait
    /// longer. The operations on an element are those of the loops in <see cref="FactorBlock"/>, in the same order, so the bits are the
    /// same.
    /// </remarks>
    [Kernels.Unrolled]
    private static bool FactorDiagonal(ref double block, ref double inverses, ReadOnlySpan<double> floors)
    {
        bool free = floors.IsEmpty;
        double a00 = Unsafe.Add(ref block, 0);
        double a01 = Unsafe.Add(ref block, 1);
        double a02 = Unsafe.Add(ref block, 2);
        double a03 = Unsafe.Add(ref block, 3);
        double a04 = Unsafe.Add(ref block, 4);
        double a05 = Unsafe.Add(ref block, 5);
        double a06 = Unsafe.Add(ref block, 6);
        double a07 = Unsafe.Add(ref block, 7);
        double a11 = Unsafe.Add(ref block, 9);
        double a12 = Unsafe.Add(ref block, 10);
        double a13 = Unsafe.Add(ref block, 11);
        double a14 = Unsafe.Add(ref block, 12);
        double a15 = Unsafe.Add(ref block, 13);
        double a16 = Unsafe.Add(ref block, 14);
        double a17 = Unsafe.Add(ref block, 15);
        double a22 = Unsafe.Add(ref block, 18);
        double a23 = Unsafe.Add(ref block, 19);
        double a24 = Unsafe.Add(ref block, 20);
        double a25 = Unsafe.Add(ref block, 21);
        double a26 = Unsafe.Add(ref block, 22);
        double a27 = Unsafe.Add(ref block, 23);
        double a33 = Unsafe.Add(ref block, 27);
        double a34 = Unsafe.Add(ref block, 28);
        double a35 = Unsafe.Add(ref block, 29);
        double a36 = Unsafe.Add(ref block, 30);
        double a37 = Unsafe.Add(ref block, 31);
        double a44 = Unsafe.Add(ref block, 36);
        double a45 = Unsafe.Add(ref block, 37);
        double a46 = Unsafe.Add(ref block, 38);
        double a47 = Unsafe.Add(ref block, 39);
        double a55 = Unsafe.Add(ref block, 45);
        double a56 = Unsafe.Add(ref block, 46);
        double a57 = Unsafe.Add(ref block, 47);
        double a66 = Unsafe.Add(ref block, 54);
        double a67 = Unsafe.Add(ref block, 55);
        double a77 = Unsafe.Add(ref block, 63);

        if (!(a00 > (free ? 0 : floors[0])))
        {
            return false;
        }

        double inverse0 = Pivot(ref a00);
        a01 *= inverse0;
        a02 *= inverse0;
        a03 *= inverse0;
        a04 *= inverse0;
        a05 *= inverse0;
        a06 *= inverse0;
        a07 *= inverse0;
        a11 = double.MultiplyAddEstimate(-a01, a01, a11);
        a12 = double.MultiplyAddEstimate(-a01, a02, a12);
        a13 = double.MultiplyAddEstimate(-a01, a03, a13);
        a14 = double.MultiplyAddEstimate(-a01, a04, a14);
        a15 = double.MultiplyAddEstimate(-a01, a05, a15);
        a16 = double.MultiplyAddEstimate(-a01, a06, a16);
        a17 = double.MultiplyAddEstimate(-a01, a07, a17);
        a22 = double.MultiplyAddEstimate(-a02, a02, a22);
        a23 = double.MultiplyAddEstimate(-a02, a03, a23);
        a24 = double.MultiplyAddEstimate(-a02, a04, a24);
        a25 = double.MultiplyAddEstimate(-a02, a05, a25);
        a26 = double.MultiplyAddEstimate(-a02, a06, a26);
        a27 = double.MultiplyAddEstimate(-a02, a07, a27);
        a33 = double.MultiplyAddEstimate(-a03, a03, a33);
        a34 = double.MultiplyAddEstimate(-a03, a04, a34);
        a35 = double.MultiplyAddEstimate(-a03, a05, a35);
        a36 = double.MultiplyAddEstimate(-a03, a06, a36);
        a37 = double.MultiplyAddEstimate(-a03, a07, a37);
        a44 = double.MultiplyAddEstimate(-a04, a04, a44);
        a45 = double.MultiplyAddEstimate(-a04, a05, a45);
        a46 = double.MultiplyAddEstimate(-a04, a06, a46);
        a47 = double.MultiplyAddEstimate(-a04, a07, a47);
        a55 = double.MultiplyAddEstimate(-a05, a05, a55);
        a56 = double.MultiplyAddEstimate(-a05, a06, a56);
        a57 = double.MultiplyAddEstimate(-a05, a07, a57);
        a66 = double.MultiplyAddEstimate(-a06, a06, a66);
        a67 = double.MultiplyAddEstimate(-a06, a07, a67);
        a77 = double.MultiplyAddEstimate(-a07, a07, a77);

        if (!(a11 > (free ? 0 : floors[1])))
        {
            return false;
        }

        double inverse1 = Pivot(ref a11);
        a12 *= inverse1;
        a13 *= inverse1;
        a14 *= inverse1;
        a15 *= inverse1;
        a16 *= inverse1;
        a17 *= inverse1;
        a22 = double.MultiplyAddEstimate(-a12, a12, a22);
        a23 = double.MultiplyAddEstimate(-a12, a13, a23);
        a24 = double.MultiplyAddEstimate(-a12, a14, a24);
        a25 = double.MultiplyAddEstimate(-a12, a15, a25);
        a26 = double.MultiplyAddEstimate(-a12, a16, a26);
        a27 = double.MultiplyAddEstimate(-a12, a17, a27);
        a33 = double.MultiplyAddEstimate(-a13, a13, a33);
        a34 = double.MultiplyAddEstimate(-a13, a14, a34);
        a35 = double.MultiplyAddEstimate(-a13, a15, a35);
        a36 = double.MultiplyAddEstimate(-a13, a16, a36);
        a37 = double.MultiplyAddEstimate(-a13, a17, a37);
        a44 = double.MultiplyAddEstimate(-a14, a14, a44);
        a45 = double.MultiplyAddEstimate(-a14, a15, a45);
        a46 = double.MultiplyAddEstimate(-a14, a16, a46);
        a47 = double.MultiplyAddEstimate(-a14, a17, a47);
        a55 = double.MultiplyAddEstimate(-a15, a15, a55);
        a56 = double.MultiplyAddEstimate(-a15, a16, a56);
        a57 = double.MultiplyAddEstimate(-a15, a17, a57);
        a66 = double.MultiplyAddEstimate(-a16, a16, a66);
        a67 = double.MultiplyAddEstimate(-a16, a17, a67);
        a77 = double.MultiplyAddEstimate(-a17, a17, a77);

        if (!(a22 > (free ? 0 : floors[2])))
        {
            return false;
        }

        double inverse2 = Pivot(ref a22);
        a23 *= inverse2;
        a24 *= inverse2;
        a25 *= inverse2;
        a26 *= inverse2;
        a27 *= inverse2;
        a33 = double.MultiplyAddEstimate(-a23, a23, a33);
        a34 = double.MultiplyAddEstimate(-a23, a24, a34);
        a35 = double.MultiplyAddEstimate(-a23, a25, a35);
        a36 = double.MultiplyAddEstimate(-a23, a26, a36);
        a37 = double.MultiplyAddEstimate(-a23, a27, a37);
        a44 = double.MultiplyAddEstimate(-a24, a24, a44);
        a45 = double.MultiplyAddEstimate(-a24, a25, a45);
        a46 = double.MultiplyAddEstimate(-a24, a26, a46);
        a47 = double.MultiplyAddEstimate(-a24, a27, a47);
        a55 = double.MultiplyAddEstimate(-a25, a25, a55);
        a56 = double.MultiplyAddEstimate(-a25, a26, a56);
        a57 = double.MultiplyAddEstimate(-a25, a27, a57);
        a66 = double.MultiplyAddEstimate(-a26, a26, a66);
        a67 = double.MultiplyAddEstimate(-a26, a27, a67);
        a77 = double.MultiplyAddEstimate(-a27, a27, a77);

        if (!(a33 > (free ? 0 : floors[3])))
        {
            return false;
        }

        double inverse3 = Pivot(ref a33);
        a34 *= inverse3;
        a35 *= inverse3;
        a36 *= inverse3;
        a37 *= inverse3;
        a44 = double.MultiplyAddEstimate(-a34, a34, a44);
        a45 = double.MultiplyAddEstimate(-a34, a35, a45);
        a46 = double.MultiplyAddEstimate(-a34, a36, a46);
        a47 = double.MultiplyAddEstimate(-a34, a37, a47);
        a55 = double.MultiplyAddEstimate(-a35, a35, a55);
        a56 = double.MultiplyAddEstimate(-a35, a36, a56);
        a57 = double.MultiplyAddEstimate(-a35, a37, a57);
        a66 = double.MultiplyAddEstimate(-a36, a36, a66);
        a67 = double.MultiplyAddEstimate(-a36, a37, a67);
        a77 = double.MultiplyAddEstimate(-a37, a37, a77);

        if (!(a44 > (free ? 0 : floors[4])))
        {
            return false;
        }

        double inverse4 = Pivot(ref a44);
        a45 *= inverse4;
        a46 *= inverse4;
        a47 *= inverse4;
        a55 = double.MultiplyAddEstimate(-a45, a45, a55);
        a56 = double.MultiplyAddEstimate(-a45, a46, a56);
        a57 = double.MultiplyAddEstimate(-a45, a47, a57);
        a66 = double.MultiplyAddEstimate(-a46, a46, a66);
        a67 = double.MultiplyAddEstimate(-a46, a47, a67);
        a77 = double.MultiplyAddEstimate(-a47, a47, a77);

        if (!(a55 > (free ? 0 : floors[5])))
        {
            return false;
        }

        double inverse5 = Pivot(ref a55);
        a56 *= inverse5;
        a57 *= inverse5;
        a66 = double.MultiplyAddEstimate(-a56, a56, a66);
        a67 = double.MultiplyAddEstimate(-a56, a57, a67);
        a77 = double.MultiplyAddEstimate(-a57, a57, a77);

        if (!(a66 > (free ? 0 : floors[6])))
        {
            return false;
        }

        double inverse6 = Pivot(ref a66);
        a67 *= inverse6;
        a77 = double.MultiplyAddEstimate(-a67, a67, a77);

        if (!(a77 > (free ? 0 : floors[7])))
        {
            return false;
        }

        double inverse7 = Pivot(ref a77);

        Unsafe.Add(ref block, 0) = a00;
        Unsafe.Add(ref block, 1) = a01;
        Unsafe.Add(ref block, 2) = a02;
        Unsafe.Add(ref block, 3) = a03;
        Unsafe.Add(ref block, 4) = a04;
        Unsafe.Add(ref block, 5) = a05;
        Unsafe.Add(ref block, 6) = a06;
        Unsafe.Add(ref block, 7) = a07;
        Unsafe.Add(ref block, 9) = a11;
        Unsafe.Add(ref block, 10) = a12;
        Unsafe.Add(ref block, 11) = a13;
        Unsafe.Add(ref block, 12) = a14;
        Unsafe.Add(ref block, 13) = a15;
        Unsafe.Add(ref block, 14) = a16;
        Unsafe.Add(ref block, 15) = a17;
        Unsafe.Add(ref block, 18) = a22;
        Unsafe.Add(ref block, 19) = a23;
        Unsafe.Add(ref block, 20) = a24;
        Unsafe.Add(ref block, 21) = a25;
        Unsafe.Add(ref block, 22) = a26;
        Unsafe.Add(ref block, 23) = a27;
        Unsafe.Add(ref block, 27) = a33;
        Unsafe.Add(ref block, 28) = a34;
        Unsafe.Add(ref block, 29) = a35;
        Unsafe.Add(ref block, 30) = a36;
        Unsafe.Add(ref block, 31) = a37;
        Unsafe.Add(ref block, 36) = a44;
        Unsafe.Add(ref block, 37) = a45;
        Unsafe.Add(ref block, 38) = a46;
        Unsafe.Add(ref block, 39) = a47;
        Unsafe.Add(ref block, 45) = a55;
        Unsafe.Add(ref block, 46) = a56;
        Unsafe.Add(ref block, 47) = a57;
        Unsafe.Add(ref block, 54) = a66;
        Unsafe.Add(ref block, 55) = a67;
        Unsafe.Add(ref block, 63) = a77;
        Unsafe.Add(ref inverses, 0) = inverse0;
        Unsafe.Add(ref inverses, 1) = inverse1;
        Unsafe.Add(ref inverses, 2) = inverse2;
        Unsafe.Add(ref inverses, 3) = inverse3;
        Unsafe.Add(ref inverses, 4) = inverse4;
        Unsafe.Add(ref inverses, 5) = inverse5;
        Unsafe.Add(ref inverses, 6) = inverse6;
        Unsafe.Add(ref inverses, 7) = inverse7;
        return true;
    }

    /// <summary>
    /// Replaces a pivot by its square root and returns the inverse of the root, as √p·(1/p): the division need not wait for the root, and
    /// the next pivot waits for both.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Pivot(ref double square)
    {
        double inverse = 1 / square;
        double pivot = Math.Sqrt(square);
        inverse = square > LeastInvertible ? inverse * pivot : 1 / pivot;
        square = pivot;
        return inverse;
    }
}
