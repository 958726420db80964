/// JPEG XL files of cjxl 0.7 in base 64, made by jxl_files.py.
package let jxlFiles: [String: [UInt8]] = [
  "plain": decodeBase64(
    """
    /wrLQEBxIQgCAQDUAEsoN9YfvFdQMAVG1P//Mcb/d+cFggAIjroDYCKGrhCmjf1zlBAk8mZmY1HBQD9ka6dGJAUX
    """),
  "alpha": decodeBase64(
    """
    /wrLwILiQggIEADkAEsoN9YfvFeQMAVG1P//Mcb/d+0FhAAIjgEdg2gfr8nZgtAAgXpDMbEAyYofaZ1YwUCKbO3UiKTgAg==
    """),
  "gray": decodeBase64(
    """
    /wrLQFBcCAgCAQA8AEsYixWAHfx/AkgFAIxkaA==
    """),
  "deep": decodeBase64(
    """
    AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAAJanhsbAoAAABbanhsY/8Ky/ADUFwICAIBABQBSzhpmMqD9ysomAQj7v//MQar/7fnCwQBAB\
    4SAICgCAUpOBdcWg83+BmZGPlxLTJBAUTqHa7/wdKitMKAfoJ43Q6HqKAu
    """),
  "moves": decodeBase64(
    """
    /wrLBAFYUFwSCAigAgAA4ABLKDfWH7xXUDAFRtT//zHG/3ftBYQACI6pDkgjga7d901Q/pUQJP6mZmdR7C8/4SW8kq2dGpEUXAgIoEIAAOQASyg31h+8V1\
    AwBUbUE39ijP/v2gsIARAc2APwRQb1u1ubkM4oIUjifc3BovYff0I8TXX0KAFINtsA
    """),
  "turned": decodeBase64(
    """
    AAAADEpYTCANCocKAAAAFGZ0eXBqeGwgAAAAAGp4bCAAAAASanhscAAAAAD/CsssEBMAAAHjamJyZMBw2wCCIAgtAwJAQgChRoGQq0oAAEDIUdmCoTj/J4\
    iMEco4pxS0HyFDmKUOMsxA6Q41WB8ynHzMgEMOKixy0LAD20cN/fsjyxx23IGGovtfjHHGJJds8skopzwzzTXbfDPOOQs9NNFFG3000klLPTXVVVt9NdZZ\
    iz022WWbfTbaacs9N91123033nkLPjjhhRt+OOKJRy755JRXbvnlmGceuuijk1666aejnnrsss9Oe+2234577sELPzzxxRt/PPLJRy/99NRXb/312GcPfv\
    jij09++eafj3768Mcv//z012///fjn/69gqqoEAEDIUdmCoTj/L4iEUkZZpxSJ8YCQzahBhkl1oKF6sOHcQ44ZUJAPGnLQYQc2FlnmqN/tw44bWtEfeWbw\
    SYb3vxjjjEs2+WSUU6a5ZptvxjlnoYcmumijj0Y6aamnprpqq6/GOmuxxya7bLPPRjttueemu26778Y778AFH5zwwg0/HPHEI5d8csort/xyzDMPXfTRSS\
    /d9NNRTz122WenvXbbb8c99+CFH5744o0/Hvnko5d+euqrt/567LMPX/zxyS/f/PPRTz9++eenv37778c//3+BHwCoLAALCIDgABBKRklGAAEBAAABAAEA\
    AAMAAABJYnJvYkV4aWYbPQAARNtGuxPELNJNBtMQ3oV+sAHHA2ODjQMOooOHrJ4xIQI0AnNb4FaRFENOFrw0axiXuuIWT+cVn/gBAAABFGp4bHCAAAAB4F\
    sAEAAEBAhgCGAIYP7/DgAAGAAIAAEAAAAAAICAJYki49gJae5YAQBKTgoKCgrscVSkYmSMkYxkFKmoVqIqixIVySAhBitFR0dDOMSIGEZERzAuXsoBX9uG\
    oBtUE7Y1mHr/Rbcshqftng+b0P3rEWmu8sJinO1BJxSjQuuVJiQDCyiccYLxMMKR8zdN2khu4n+gmPsH0w0yh7Rv3vbg8OiLJ3GUfoOE44+zcMApsAXQEe\
    EdAIAJACeAmJndAAB5QgAAWBcA5LcBAAAAAAAAAACAASIPoFZAORggBhCGAIs9cJRCAWEIkHgSGEQQst4BAMiBAAAAwAgAAAAAAAAAAAAAAAAAACUJ
    """),
  "lossy": decodeBase64(
    """
    /wrLQEJxIQASiAIADAdd5RIAABUqo4wbvJzr+fJDh8W0jesMbbVtYUmiyDg2SSdwmKSgwN22HWNUjDEqRgsbTNGqKsWytCq1sVIlxshIxoyOHcOTmqf22o\
    XzkVoRNbWb3uYtKsTFG007aTJz5skvFWO8uSMeKCuVqv2dR4bpOBYPfnG/TbHZAawTiUKcgNwr3I+4ww77EUAf++XttxftmQHybnKdcWYrxCqSQVYizTh3\
    AEBr7Fb78z/bBsLO33biIAqrxynIZ6wESF8hBVJbiUneMOczLycnP/7H+Nr3S5cNT1YVjpVxrQvsjplVDbholy7NdciZDeKBgQdKuqoRVnQ18SRv0ICu+l\
    BmhTvArjcsycWtP5OhgOOgLainnwIfTf/BMcu8S+BcBUL6ewaw3gfZM+jI9r/ti+20/6a15xuevS4Ec+kPOAYKhA/k/2/y3+1PDeyJqfa/HYn1QVMv41EF\
    mgjloPOSfA80J+mktjyTdX9dODFo5E9PGFcrSbH1gDXwfsTsAJm+MV+mh+SkUdRAKfnZgiFuoGlmCaHUMwUMFojEQwACoIFYBDKwAILI7DOCKofK6gxmgk\
    UPdZKmdHrjZfDNm1CEnUY3nZIOQGwB
    """),
]
